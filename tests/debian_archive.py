# SPDX-License-Identifier: AGPL-3.0-or-later
"""Packages of a later Debian release, from the mirror that the machine's own apt uses.

The mirror is read from apt's configuration at run time; apt gets lists and a cache of its own, so
nothing that is installed or configured changes. Signatures are checked as ever.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

LATER_SUITES = ("stable", "testing")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def download_later(packages: Sequence[str], folder: Path) -> bool:
    """Put the packages' archives into ``folder``; whether a later release has them within reach."""
    mirror = _mirror()
    return mirror is not None and any(
        _download(mirror, suite, packages, folder) for suite in LATER_SUITES
    )


def _mirror() -> str | None:
    wanted = ("--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian", "Label: Debian")
    return next(iter(_run("apt-get", "indextargets", *wanted).stdout.split()), None)


def _download(mirror: str, suite: str, packages: Sequence[str], folder: Path) -> bool:
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        for part in ("lists/partial", "cache/archives/partial"):
            (scratch / part).mkdir(parents=True)
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
        if _run(*apt, "update").returncode:
            return False
        return _run(*apt, "download", *packages, at=folder).returncode == 0


def _run(*command: str, at: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=at, capture_output=True, text=True, timeout=300, check=False)
