# SPDX-License-Identifier: AGPL-3.0-or-later
"""How large files may be, and how many chunks they become. The browser has the same numbers
(``browser/attachments/sizes.ts``); a test compares. Pure.

A sealed file is padded until it fills a number of chunks that is one of ``CLASSES``. Each class is
at most half as large again as the one before (twice, where chunks are few): a phone sends little
more than there is, and a size stands for eleven classes instead of ten million lengths.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

CHUNK: Final = 256 * 1024
"""Bytes of a chunk; every one is full."""

CLASSES: Final = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 41)
"""Chunks that a sealed file may have. 41: the largest file with its frame, header and tags."""

MOST_FILES: Final = 20
LARGEST_FILE: Final = 10 * 1024 * 1024
LARGEST_TOGETHER: Final = 50 * 1024 * 1024
"""Bytes of files as they are sealed, before padding: the browser counts them exactly."""

MOST_CHUNKS: Final = 320
"""More than the padded files of any one report have."""

MOST_NUMBERS: Final = 1000
"""A browser numbers the files of a form and never uses a number twice, also of files taken off."""


def surely(chunks: int) -> int:
    """How many chunks a file fills at least that was padded to ``chunks``, one of CLASSES."""
    at = CLASSES.index(chunks)
    return CLASSES[at - 1] if at else 0


def too_large_together(counts: Iterable[int]) -> bool:
    """Whether files padded to these numbers of chunks are larger than a report's may be, whatever
    their true lengths are.
    """
    return sum(surely(count) for count in counts) * CHUNK > LARGEST_TOGETHER
