# SPDX-License-Identifier: AGPL-3.0-or-later
"""The parent's side: one child process, one wiki, one task.

pywikibot keeps global state and sleeps under locks, so it never runs in a process of ours
(DESIGN section 3). The child gets its secrets on standard input, an environment without any of
ours, and a private folder that disappears with it.
"""

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from onwiki.bot.access import BotAccess
from onwiki.bot.protocol import Json, decode, encode
from onwiki.errors import Unavailable, WikiUnavailable

if TYPE_CHECKING:  # the child imports this package too, and needs no list of wikis
    from onwiki.wikis import Wiki

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes. MediaWiki's own answers end at 8 MiB ($wgAPIMaxResultSize)."""

PASSED_ON = ("PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "TZ")
"""The only variables that the child inherits: CS_* holds secrets."""

ROOT = Path(__file__).resolve().parents[2]


class ApiRefused(Exception):
    """The API answered with an error; `code` is one of MediaWiki's error codes."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BotSession:
    """pywikibot on one wiki, in a process of its own; use as a context manager.

    After `__enter__`: `limit` is how many ids one request may hold (50, or 500 with
    apihighlimits), `name` the account that is signed in (None: logged out), `requests` how many
    HTTP requests were made so far. All of `timeout_s` is for the whole session; when it is over
    the child is killed: that question and all further ones raise WikiUnavailable.
    """

    def __init__(
        self, wiki: "Wiki", access: BotAccess | None, *, timeout_s: float, sign_in: bool = False
    ) -> None:
        self.limit = 50
        self.name: str | None = None
        self.requests = 0
        self._hello = {
            "wiki": {
                "dbname": wiki.dbname,
                "scheme": wiki.scheme,
                "netloc": wiki.host if wiki.port is None else f"{wiki.host}:{wiki.port}",
                "script_path": wiki.script_path,
            },
            "access": access.to_wire() if access else None,
            "sign_in": sign_in,
            "timeout_s": timeout_s,
        }
        self._timeout_s = timeout_s
        self._deadline = 0.0
        self._unread = bytearray()

    def __enter__(self) -> Self:
        """Raises WikiUnavailable when the wiki can't be reached or refuses the bot."""
        self._deadline = time.monotonic() + self._timeout_s
        self._folder = tempfile.TemporaryDirectory(prefix="community-support-bot-")
        folder = Path(self._folder.name)
        config = folder / "user-config.py"
        config.touch(mode=0o600)
        self._process = subprocess.Popen(  # our own module, by our own interpreter
            [sys.executable, "-m", "onwiki.bot.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=child_environment(folder),
            start_new_session=True,
            bufsize=0,
        )
        try:
            ready = self._exchange(self._hello)["ready"]
        except BaseException:
            self._end()
            raise
        self.limit = int(ready["limit"])
        self.name = ready["name"]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def ask(self, parameters: Mapping[str, str]) -> Json:
        """One reading request to the Action API, by POST; `format` and `maxlag` are added.

        Raises WikiUnavailable (ask again later) or ApiRefused (the wiki's own "no").
        """
        return self._answer({"ask": dict(parameters)})

    def edit(self, parameters: Mapping[str, str]) -> Json:
        """One edit (`action` and `token` are added), tried exactly once.

        After WikiUnavailable the edit may have been made or not: look before trying again.
        """
        return self._answer({"edit": dict(parameters)})

    def _answer(self, message: Json) -> Json:
        answer = self._exchange(message)["answer"]
        if not isinstance(answer, dict):
            raise WikiUnavailable(Unavailable.MALFORMED)
        return answer

    def _exchange(self, message: Json) -> Json:
        """One line there, one line back."""
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        try:
            self._process.stdin.write(encode(message))
            self._process.stdin.flush()
        except BrokenPipeError:
            raise WikiUnavailable(Unavailable.STOPPED) from None
        try:
            reply = decode(self._read_line())
        except ValueError:
            raise WikiUnavailable(Unavailable.STOPPED) from None
        self.requests = int(reply["requests"])
        if "fault" in reply:
            raise WikiUnavailable(Unavailable(reply["fault"]), reply.get("retry_after_s"))
        if "refused" in reply:
            raise ApiRefused(str(reply["refused"]))
        return reply

    def _read_line(self) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        pipe = self._process.stdout.fileno()
        ready = select.poll()
        ready.register(pipe, select.POLLIN)
        while (end := self._unread.find(b"\n")) < 0:
            left_s = self._deadline - time.monotonic()
            if left_s <= 0 or not ready.poll(left_s * 1000):
                self._kill()
                raise WikiUnavailable(Unavailable.TIMEOUT)
            chunk = os.read(pipe, 1 << 16)
            if not chunk or len(self._unread) > LONGEST_LINE:
                self._kill()
                raise WikiUnavailable(Unavailable.STOPPED)
            self._unread += chunk
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        return line

    def _kill(self) -> None:
        """The child and whatever it started."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _end(self) -> None:
        self._kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._folder.cleanup()


def child_environment(folder: Path) -> dict[str, str]:
    """A small environment of the child's own."""
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "PYWIKIBOT_DIR": str(folder),
        "PYWIKIBOT_NO_USER_CONFIG": "2",
    }
