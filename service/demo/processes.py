# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's child processes: started together, stopped together."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Final

import requests

_READY_S: Final = 60
_STOP_S: Final = 15


class PortTaken(Exception):
    """Something else listens on a port that the demo wants."""


class NotReady(Exception):
    """A part of the demo ended, or did not answer."""


def refuse_taken(ports: Mapping[str, int]) -> None:
    """Raises PortTaken, naming the variable that chooses another port."""
    for variable, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise PortTaken(
                    f"port {port} is taken; choose another one with {variable}="
                ) from None


class Processes:
    """Children of this process. One that ends by itself ends the others."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        """``log`` gets what the children write: the terminal is for the person."""
        self.environment = dict(environment)
        self.log = log
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = threading.Event()

    def __enter__(self) -> Processes:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, name: str, *arguments: Sequence[str]) -> None:
        """Start this Python with ``arguments``. A session of its own: Ctrl-C reaches us alone, and
        we stop the children in order.
        """
        with self.log.open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, *(one for some in arguments for one in some)],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def require_running(self) -> None:
        """Raises NotReady when a child has ended or the user wants to stop."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise NotReady(f"the {name} ended with status {process.returncode}; see {self.log}")
        if self._stop.is_set():
            raise NotReady("stopped")

    def wait(self) -> None:
        """Until Ctrl-C. Raises NotReady when a child ends by itself."""
        while not self._stop.wait(0.5):
            self.require_running()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()


def until_answers(url: str, processes: Processes) -> None:
    """Wait until ``url`` answers with success. Raises NotReady."""
    end = time.monotonic() + _READY_S
    while time.monotonic() < end:
        processes.require_running()
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.RequestException:
            pass  # not yet
        time.sleep(0.1)
    raise NotReady(f"{url} did not answer within {_READY_S} s")
