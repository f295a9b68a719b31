# SPDX-License-Identifier: AGPL-3.0-or-later
"""Debian's MediaWiki, unpacked into a cache folder; nothing is installed on the machine.

It is the machine's own release's (1.39 on Debian 12); with ``REALWIKI_RELEASE=later`` in the
environment that of a later one (1.43), where apt's mirror has it. The download goes through
apt-get, with whatever sources the machine has.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.debian_archive import download_later

LATER = os.environ.get("REALWIKI_RELEASE") == "later"
CACHE = (
    Path(__file__).resolve().parents[2] / ".cache" / ("mediawiki-later" if LATER else "mediawiki")
)
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
        fetched = download_later(PACKAGES, Path(folder)) if LATER else _download(Path(folder))
        archives = sorted(Path(folder).glob("*.deb"))
        if not fetched or len(archives) != len(PACKAGES):
            raise MediaWikiMissing("apt-get download failed")
        for archive in archives:
            subprocess.run(["dpkg", "-x", str(archive), str(tree)], check=True)
    _replace_links(tree / "usr" / "share" / "mediawiki")


def _download(folder: Path) -> bool:
    # apt's own sandbox user cannot write into a private folder; it then warns and goes on.
    done = subprocess.run(
        ["apt-get", "-qq", "download", *PACKAGES], cwd=folder, capture_output=True, check=False
    )
    return done.returncode == 0


def version(cache: Path = CACHE) -> str:
    """What the unpacked code calls itself, such as 1.43.9."""
    defines = code_folder(cache) / "includes" / "Defines.php"
    found = re.search(r"'MW_VERSION', '([^']+)'", defines.read_text("utf-8"))
    return found[1] if found else "unknown"


def _replace_links(code: Path) -> None:
    """The package's links point at absolute places of an installed system."""
    for name in ("LocalSettings.php", "config", "extensions", "images"):
        (code / name).unlink()
    (code / "extensions").symlink_to("extensions-core")
    (code / "images").mkdir()


if __name__ == "__main__":
    code_folder()
