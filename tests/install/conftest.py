# SPDX-License-Identifier: AGPL-3.0-or-later
"""An installation as production has it: its own interpreter, and what requirements.txt pins."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from urllib3.util import Retry

from tests.service.conftest import environ

__all__ = ["environ"]

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")


@dataclass(frozen=True)
class Bare:
    """A virtual environment without anything of the tests or of this checkout."""

    folder: Path

    @property
    def bin(self) -> Path:
        return self.folder / "bin"

    def install(self, *arguments: str | Path) -> None:
        subprocess.run(
            [UV, "pip", "install", "--quiet", "--python", self.bin / "python", *arguments],
            check=True,
        )

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """Nothing of this process but where programs are, and the copy of what is logged."""
        kept = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
        logs = {name: value for name, value in os.environ.items() if name.endswith("SUITE_LOGS")}
        return {"PATH": f"{self.bin}:/usr/bin:/bin", **kept, **logs, **given}

    def run(self, command: Sequence[str], given: Mapping[str, str], at: Path) -> str:
        """What a command printed. Raises CalledProcessError."""
        done = subprocess.run(
            command,
            cwd=at,
            env=self.environment(given),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout

    @contextmanager
    def serving(
        self, command: Sequence[str], given: Mapping[str, str], at: Path
    ) -> Iterator[requests.Session]:
        """A process that serves; a browser that tries until it listens."""
        process = subprocess.Popen(
            command,
            cwd=at,
            env=self.environment(given),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        retry = Retry(total=None, connect=12, read=0, backoff_factor=0.05, backoff_max=2)
        try:
            with requests.Session() as browser:
                browser.mount("http://", requests.adapters.HTTPAdapter(max_retries=retry))
                yield browser
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Bare:
    """With production's requirements, by their hashes."""
    made = Bare(tmp_path_factory.mktemp("bare") / "venv")
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, made.folder], check=True)
    made.install("--require-hashes", "-r", ROOT / "requirements.txt")
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [built] = folder.glob("*.whl")
    return built
