# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealing in a real Chromium: tests/service/web/browser/bench.py, as it runs on its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from tests.bench.figures import Figure
from tests.service.web.browser.bench import LONGEST_BLOCK_MS, MOST_GROWTH_MB

_BLOCKED: Final = "longest that the page was blocked"
_GROWN: Final = "growth of the page's memory"


def measure() -> Iterator[Figure]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.service.web.browser.bench"],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in done.stdout.splitlines():
        value, unit, what = line.strip().split(maxsplit=2)
        if what == _BLOCKED:
            yield Figure.at_most(_BLOCKED, float(value), LONGEST_BLOCK_MS, unit)
        elif what == _GROWN:
            yield Figure.at_most(_GROWN, float(value), MOST_GROWTH_MB, unit)
        else:
            yield Figure(what, f"{value} {unit}")
    if _GROWN not in done.stdout:
        yield Figure("the browser's bench", "did not finish", "finishes", kept=False)
