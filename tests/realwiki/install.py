# SPDX-License-Identifier: AGPL-3.0-or-later
"""Debian's MediaWiki 1.39, unpacked into a cache folder; nothing is installed on the machine.

``python -m tests.realwiki.install`` fetches and unpacks it, as the Makefile does before the suite.
The download goes through apt-get, with whatever sources the machine has.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import tempfile
from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "mediawiki"
PACKAGES = ("mediawiki", "mediawiki-classes")
_DONE = "unpacked"


class MediaWikiMissing(RuntimeError):
    """The packages could not be fetched."""


def code_folder(cache: Path = CACHE) -> Path:
    """MediaWiki's code, fetched once: the folder that holds ``api.php``. Safe between processes."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (cache / _DONE).exists():
            _unpack(cache)
            (cache / _DONE).touch()
    return cache / "tree" / "usr" / "share" / "mediawiki"


def _unpack(cache: Path) -> None:
    tree = cache / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="mediawiki-") as folder:
        # apt's own sandbox user cannot write into a private folder; it then warns and goes on.
        fetched = subprocess.run(
            ["apt-get", "-qq", "download", *PACKAGES],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        archives = sorted(Path(folder).glob("*.deb"))
        if fetched.returncode or len(archives) != len(PACKAGES):
            raise MediaWikiMissing(f"apt-get download failed: {fetched.stderr.strip()}")
        for archive in archives:
            subprocess.run(["dpkg", "-x", str(archive), str(tree)], check=True)
    _replace_links(tree / "usr" / "share" / "mediawiki")


def _replace_links(code: Path) -> None:
    """The package's links point at absolute places of an installed system."""
    for name in ("LocalSettings.php", "config", "extensions", "images"):
        (code / name).unlink()
    (code / "extensions").symlink_to("extensions-core")
    (code / "images").mkdir()


if __name__ == "__main__":
    code_folder()
