# SPDX-License-Identifier: AGPL-3.0-or-later
"""``community-support demo`` as a user starts it: one process, its ports, its data folder."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import requests as http

COMMAND = Path(sys.executable).with_name("community-support")
READY = "Community Support is running"
PATIENCE_S = 120
"""The machine is shared: how long anything may take before it counts as never."""


def until(condition: Callable[[], bool], what: str) -> None:
    """Ask ``condition`` again and again; fail with ``what`` when patience ends."""
    end, pause = time.monotonic() + PATIENCE_S, threading.Event()
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        pause.wait(0.1)


def descendants(pid: int) -> set[int]:
    """All processes below ``pid`` that are alive now."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
            if after_name[0] != "Z":
                parents[int(entry.name)] = int(after_name[1])
    below: set[int] = set()
    while more := {one for one, parent in parents.items() if parent in below | {pid}} - below:
        below |= more
    return below


class Demo:
    """The demo with its data in ``folder``; what it prints is in ``said``, beside the data."""

    def __init__(self, folder: Path, port: int, sandbox_port: int) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.base_url = f"http://localhost:{port}"
        self.sandbox_url = f"http://127.0.0.1:{sandbox_port}"
        self._ports = (str(port), str(sandbox_port))
        self._token = secrets.token_hex(16)
        self._output = folder / "said"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Demo:
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

    @property
    def said(self) -> str:
        """Everything printed so far, errors too."""
        return self._output.read_text("utf-8")

    @property
    def log(self) -> str:
        """Everything that web, worker and sandbox wiki have logged."""
        return (self.data / "log").read_text("utf-8")

    def start(self) -> None:
        """Returns once the demo says that it runs."""
        already = self.said.count(READY) if self._output.exists() else 0
        self.launch()
        try:
            until(
                lambda: self.said.count(READY) > already or not self.running,
                "the demo's welcome",
            )
        except AssertionError:
            self.stop()
            raise
        assert self.running, self.said

    def launch(self) -> None:
        """Start the process and wait for nothing."""
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                self._command(), env=self._environment(), stdout=output, stderr=output
            )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it as a terminal or a supervisor would; the status."""
        assert self._process is not None
        if self.running:
            self._process.send_signal(how)
        return self._process.wait(PATIENCE_S)

    def wait(self) -> int:
        """The status of a demo that ends by itself."""
        assert self._process is not None
        return self._process.wait(PATIENCE_S)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def let_reminders_come(self) -> str:
        """``community-support demo --reminders-now``; what it prints."""
        done = subprocess.run(
            [*self._command(), "--reminders-now"],
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=True,
        )
        return done.stdout

    def fail(self, **failure: Any) -> None:
        """Switch a failure of the sandbox wikis on: ``fail(kind="503", wiki="sandbox2wiki")``."""
        self._control("POST", "failures", failure)

    def recover(self) -> None:
        self._control("DELETE", "failures")

    def asked(self) -> list[dict[str, Any]]:
        """Every request that reached the wikis' APIs and OAuth pages."""
        seen: list[dict[str, Any]] = self._control("GET", "requests")
        return seen

    def wikitext(self, title: str) -> str:
        """A page of the first wiki as it is stored; empty when it does not exist."""
        answer = http.get(
            f"{self.sandbox_url}/w/index.php",
            params={"title": title, "action": "raw"},
            timeout=PATIENCE_S,
        )
        return answer.text if answer.ok else ""

    def _control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = http.request(
            method,
            f"{self.sandbox_url}/control/{path}",
            json=body,
            headers={"Authorization": f"Bearer {self._token}"},
            timeout=PATIENCE_S,
        )
        answer.raise_for_status()
        return answer.json()

    def _command(self) -> list[str]:
        port, sandbox_port = self._ports
        options = ["--port", port, "--sandbox-port", sandbox_port, "--data", str(self.data)]
        return [str(COMMAND), "demo", *options]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "CS_SANDBOX_CONTROL_TOKEN": self._token}
