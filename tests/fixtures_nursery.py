# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fixture ``forked_bots``: ``BotSession`` gets its child from a nursery (tests.nursery).

Everything else is as ever: a process a session, its pipes, its folder, its end. How the service
itself starts a bot is left alone where that is what is tried: in tests/onwiki/bot, where the bot's
sockets are watched from its start (test_no_foreign_address.py), and in every worker that is a
process of its own (tests/demo, test_kill.py, test_two_workers.py).
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO, Final

import pytest

from onwiki.bot import session
from onwiki.bot.session import ROOT, child_environment

COMMAND: Final = [sys.executable, "-m", "onwiki.bot.child"]


class Nursery:
    """The process, which begins with the first bot, and what is asked of it: by one thread at a
    time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._asking: socket.socket | None = None

    def ask(self, order: Mapping[str, object], *given: int) -> int:
        with self._lock:
            self._asking = self._asking or self._begin()
            socket.send_fds(self._asking, [json.dumps(order).encode()], given)
            return int(self._asking.recv(64))

    def _begin(self) -> socket.socket:
        (self._folder / "user-config.py").touch(mode=0o600)
        asking, asked = socket.socketpair()
        with asked:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.nursery", str(asked.fileno())],
                env=child_environment(self._folder),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[asked.fileno()],
                start_new_session=True,
            )
        return asking

    def close(self) -> None:
        if self._asking is not None:
            self._asking.close()
            self._process.wait()

    def start(
        self,
        command: Sequence[str],
        *,
        stdin: int,
        stdout: int,
        stderr: int,
        cwd: Path,
        env: Mapping[str, str],
        start_new_session: bool,
        bufsize: int,
    ) -> Bot:
        """In place of ``subprocess.Popen``. Refuses what a nursery's child would not be."""
        assert list(command) == COMMAND
        assert (stdin, stdout, stderr) == (subprocess.PIPE, subprocess.PIPE, subprocess.DEVNULL)
        assert start_new_session
        assert bufsize == 0
        assert env == child_environment(cwd), "only the service itself starts a bot otherwise"
        return Bot(self, {"folder": str(cwd), "environment": dict(env)})


class Bot:
    """A bot that was born: as much of ``subprocess.Popen`` as ``BotSession`` uses."""

    def __init__(self, nursery: Nursery, order: Mapping[str, object]) -> None:
        self._nursery = nursery
        incoming, its_input = os.pipe()
        its_output, outgoing = os.pipe()
        self._alive, kept = os.pipe()
        theirs = (incoming, outgoing, kept)
        self.pid = nursery.ask(order, *theirs)
        for one in theirs:
            os.close(one)
        self.stdin: BinaryIO = os.fdopen(its_input, "wb", buffering=0)
        self.stdout: BinaryIO = os.fdopen(its_output, "rb", buffering=0)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self) -> int | None:
        return self._ended(None)

    def _ended(self, patience_ms: int | None) -> int | None:
        """It holds one end of a pipe; when nobody does, it is over."""
        if self.returncode is None:
            over = select.poll()
            over.register(self._alive, select.POLLHUP)
            if over.poll(patience_ms):
                self.returncode = self._nursery.ask({"ended": self.pid})
                os.close(self._alive)
        return self.returncode


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    made = Nursery(tmp_path_factory.mktemp("nursery"))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def forked_bots(nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``onwiki.bot.session`` takes from ``subprocess``, with the nursery in it."""
    taken = SimpleNamespace(Popen=nursery.start, PIPE=subprocess.PIPE, DEVNULL=subprocess.DEVNULL)
    monkeypatch.setattr(session, "subprocess", taken)
