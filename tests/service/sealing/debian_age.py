# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stock ``age`` >= 1.3, the first with post-quantum recipients, from wherever the machine has it.

Debian 12 ships 1.1.1. A later release's package is one static binary and runs when unpacked, so
this asks the mirror that the machine's own apt uses for a later suite. The mirror is read from
apt's configuration at run time; apt gets lists and a cache of its own, so nothing that is
installed or configured changes. Signatures are checked as ever.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(__file__).parents[3] / ".cache" / "debian-age"
LATER_SUITES = ("testing", "stable")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


@dataclass(frozen=True)
class StockAge:
    """A command that can be run, and its version."""

    path: Path
    version: str


@dataclass(frozen=True)
class OutOfReach:
    """No such ``age`` here; ``reason`` is for the person who reads the test report."""

    reason: str


def find_stock_age() -> StockAge | OutOfReach:
    """The installed one, else the one unpacked by an earlier run, else a later Debian release's."""
    installed = shutil.which("age")
    for path in (Path(installed) if installed else None, CACHE / "usr/bin/age"):
        if path is not None and (found := _usable(path)):
            return found
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        return OutOfReach("no age >= 1.3 installed, and no apt to ask for one")
    mirror = _mirror()
    if mirror is None:
        return OutOfReach("no age >= 1.3 installed, and apt has no Debian index to start from")
    for suite in LATER_SUITES:
        with tempfile.TemporaryDirectory() as scratch:
            _unpack(mirror, suite, Path(scratch))
        if found := _usable(CACHE / "usr/bin/age"):
            return found
    return OutOfReach("no age >= 1.3 installed, and apt's mirror gave none of a later release")


def _usable(path: Path) -> StockAge | None:
    if not path.is_file():
        return None
    version = _run(str(path), "--version").stdout.strip().removeprefix("v")
    numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
    return StockAge(path, version) if numbers >= [1, 3] else None


def _mirror() -> str | None:
    """The address of the main archive that the machine's apt takes its packages from."""
    wanted = ("--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian", "Label: Debian")
    return next(iter(_run("apt-get", "indextargets", *wanted).stdout.split()), None)


def _unpack(mirror: str, suite: str, scratch: Path) -> None:
    """Put that suite's ``age`` into the cache, whole or not at all."""
    for folder in ("lists/partial", "cache/archives/partial", "unpacked"):
        (scratch / folder).mkdir(parents=True)
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    (scratch / "sources.list").write_text(f"deb {signed}{mirror} {suite} main\n")
    options = {
        "Dir::Etc::sourcelist": scratch / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::lists": scratch / "lists",
        "Dir::Cache": scratch / "cache",
        "Acquire::Retries": 0,
        "Acquire::http::Timeout": 20,
        "APT::Sandbox::User": "root",  # the scratch folder is ours alone
    }
    apt = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in options.items())]
    if _run(*apt, "update").returncode or _run(*apt, "download", "age", at=scratch).returncode:
        return
    for package in scratch.glob("age_*.deb"):
        if _run("dpkg", "-x", str(package), str(scratch / "unpacked")).returncode:
            return
    CACHE.parent.mkdir(exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=CACHE.parent)) / "age"
    shutil.copytree(scratch / "unpacked", beside)
    shutil.rmtree(CACHE, ignore_errors=True)
    os.replace(beside, CACHE)
    beside.parent.rmdir()


def _run(*command: str, at: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=at, capture_output=True, text=True, timeout=180, check=False)
