# SPDX-License-Identifier: AGPL-3.0-or-later
"""``make bench``: what must hold, measured on this machine. Exit status 1 when anything does not.

Run it alone: it times things. A section's name runs that one only:
``python -m tests.bench recognising``.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from typing import Final

from tests.bench import (
    asking,
    browser,
    filing,
    kills,
    load,
    memory,
    realwiki,
    recognising,
    residents,
    signin,
    store,
)
from tests.bench.figures import Figure, table

SECTIONS: Final[dict[str, tuple[str, Callable[[], Iterator[Figure]]]]] = {
    "recognising": ("Recognising links", recognising.measure),
    "asking": ("Requests to wikis", asking.measure),
    "realwiki": ("A real MediaWiki", realwiki.measure),
    "memory": ("Memory", memory.measure),
    "store": ("The store", store.measure),
    "signin": ("Signing in", signin.measure),
    "filing": ("Filing a report", filing.measure),
    "load": ("Under load", load.measure),
    "residents": ("What stays in memory, and starting", residents.measure),
    "kills": ("Killed processes", kills.measure),
    "browser": ("The browser", browser.measure),
}


def main(names: list[str]) -> int:
    """Measure the named sections (all without a name) and print their tables."""
    unknown = set(names) - SECTIONS.keys()
    if unknown:
        sys.stderr.write(f"No such section; there are: {', '.join(SECTIONS)}\n")
        return 2
    load, cores = os.getloadavg()[0], os.cpu_count()
    sys.stdout.write(f"Python {platform.python_version()}, {cores} cores, load {load:.1f}\n")
    kept = True
    for name in names or SECTIONS:
        title, measure = SECTIONS[name]
        figures = list(measure())
        kept = kept and all(one.kept for one in figures)
        sys.stdout.write(f"\n## {title}\n\n{table(figures)}\n")
        sys.stdout.flush()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
