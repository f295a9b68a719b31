# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers that take the same time whatever else is on file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def at_least(
    seconds: float,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Let what is done inside take ``seconds`` at least, also when it fails."""
    begun = now()
    try:
        yield
    finally:
        left = seconds - (now() - begun)
        if left > 0:
            sleep(left)
