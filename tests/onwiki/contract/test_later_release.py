# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same claims about the MediaWiki of a later Debian release, where apt's mirror has one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.named_facts import NAMED_FACT
from tests.realwiki import install

ROOT = Path(__file__).parents[3]
CLAIMS = ("tests/onwiki/contract", "tests/onwiki/evidence/test_contract.py")


def find_release() -> str | None:
    """Its version; None when it is not within reach."""
    program = "from tests.realwiki import install; print(install.version())"
    found = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"REALWIKI_RELEASE": "later"},
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode == 0:
        return found.stdout.strip()
    assert install.MediaWikiMissing.__name__ in found.stderr, found.stderr
    return None


def test_claims_hold_on_a_later_release(
    record_property: Callable[[str, object], None], tmp_path: Path
) -> None:
    version = find_release()
    if version is None:
        record_property(NAMED_FACT, "MediaWiki of a later Debian release: not within reach of apt")
        return
    # A run of its own: this one has the machine's own release.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    options = (
        "-q",
        "-m",
        "realwiki",
        "-p",
        "no:cacheprovider",
        "--basetemp",
        str(tmp_path / "run"),
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *CLAIMS],
        cwd=ROOT,
        env=kept | {"REALWIKI_RELEASE": "later"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    record_property(NAMED_FACT, f"MediaWiki {version}: {done.stdout.splitlines()[-1]}")
