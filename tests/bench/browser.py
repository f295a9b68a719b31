# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealing in a real Chromium: tests/service/web/browser/bench.py, as it runs on its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from tests.bench.figures import Figure
from tests.service.web.browser.bench import LONGEST_BLOCK_MS

_BLOCKED: Final = "longest that the page was blocked"


def measure() -> Iterator[Figure]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.service.web.browser.bench"],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in done.stdout.splitlines():
        milliseconds, _, what = line.strip().partition(" ms ")
        if what.strip() == _BLOCKED:
            yield Figure.at_most(_BLOCKED, float(milliseconds), LONGEST_BLOCK_MS, "ms")
        else:
            yield Figure(what.strip(), f"{milliseconds} ms")
    if _BLOCKED not in done.stdout:
        yield Figure("the browser's bench", "did not finish", "finishes", kept=False)
