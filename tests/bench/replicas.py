# SPDX-License-Identifier: AGPL-3.0-or-later
"""Processes of the service as the Procfile starts them: begun, killed, begun again.

A web process goes with its children, as a container does. A worker is killed alone: what it had
begun on a wiki goes on for a moment, which is the harder case.
"""

from __future__ import annotations

import http.client
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.demo.process import descendants

PATIENCE_S: Final = 60
_STOP_S: Final = 30
_LOOK_EVERY_S: Final = 0.005
_PROCFILE: Final = Path(__file__).resolve().parents[2] / "Procfile"
_NOT_INHERITED: Final = frozenset(
    {"PORT", "WEB_CONCURRENCY", "PYTHONDONTWRITEBYTECODE", "GUNICORN_CMD_ARGS"}
)


def web_command(port: int) -> list[str]:
    """The Procfile's, on the loopback interface only."""
    return _command("web", {"$PORT": str(port), "0.0.0.0": "127.0.0.1"})  # noqa: S104 - replaced


def worker_command(health_file: Path) -> list[str]:
    return _command("worker", {"/tmp/worker.health": str(health_file)})  # noqa: S108 - replaced


def _command(name: str, instead: Mapping[str, str]) -> list[str]:
    (line,) = (
        line.partition(": ")[2]
        for line in _PROCFILE.read_text("utf-8").splitlines()
        if line.startswith(f"{name}: ")
    )
    words = shlex.split(line)
    assert words[0] == "python", "the Procfile starts something else"
    assert instead.keys() <= set(words), "the Procfile says it differently"
    return [sys.executable, *(instead.get(word, word) for word in words[1:])]


class Replica:
    """One process, which may be started again after it was killed."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, *, whole: bool
    ) -> None:
        """``environment`` has the ``CS_`` values; ``whole``: its children are killed with it."""
        self.command = list(command)
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("CS_") and name not in _NOT_INHERITED
        }
        self.environment = {**inherited, **environment}
        self.log = log
        self.whole = whole
        self.orphans: set[int] = set()
        """What was below it when it was killed alone."""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Returns at once."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def require_running(self) -> None:
        assert self._process is not None
        status = self._process.poll()
        assert status is None, f"ended with status {status}: {self.log.read_text()[-2000:]}"

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        self.require_running()
        if self.whole:
            os.killpg(self.pid, signal.SIGKILL)
        else:
            os.kill(self.pid, signal.SIGSTOP)  # else it could begin another child just now
            self.orphans |= descendants(self.pid)
            os.kill(self.pid, signal.SIGKILL)
        self._wait(PATIENCE_S)

    def stop(self) -> None:
        """SIGTERM, as a platform does; what it has begun is finished."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._wait(_STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._wait(PATIENCE_S)

    def _wait(self, seconds: float) -> None:
        assert self._process is not None
        self._process.wait(seconds)


def until_answers(replica: Replica, port: int, path: str = "/healthz", host: str = "") -> None:
    """Ask until ``path`` is answered with 200."""
    end = time.monotonic() + PATIENCE_S
    while True:
        replica.require_running()
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
            try:
                connection.request("GET", path, headers={"Host": host} if host else {})
                if connection.getresponse().status == http.HTTPStatus.OK:
                    return
            finally:
                connection.close()
        assert time.monotonic() < end, f"no answer: {replica.log.read_text()[-2000:]}"
        time.sleep(_LOOK_EVERY_S)


def until_gone(pids: set[int]) -> None:
    """Wait for orphans: they end by themselves, since nobody speaks to them any more."""
    end = time.monotonic() + 4 * PATIENCE_S
    while any(_lives(pid) for pid in pids):
        assert time.monotonic() < end, "what a killed worker had begun does not end"
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def resident_mb(pid: int, *, peak: bool = False) -> float:
    """What a process has in memory now, or had at most."""
    wanted = "VmHWM:" if peak else "VmRSS:"
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(wanted):
            return int(line.split()[1]) / 1024
    raise AssertionError("it has ended")
