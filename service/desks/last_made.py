# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was made of some rows, kept while the same rows come again: a roster is asked for with every
report, and changes once a month. The rows themselves are asked for each time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

_Made = TypeVar("_Made")


class LastMade(Generic[_Made]):
    """By name, what was made last, and of which ``source``; what is kept must not be altered."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[object, _Made]] = {}

    def of(self, name: str, source: object, make: Callable[[], _Made]) -> _Made:
        """What ``make`` makes of ``source``, which is compared and not hashed. Its errors pass."""
        known = self._known.get(name)
        if known is not None and known[0] == source:
            return known[1]
        made = make()
        self._known[name] = (source, made)
        return made
