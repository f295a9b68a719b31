# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists that may be longer than a row of the queue takes, as portions that fit. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

ROOM: Final = 30_000
"""Bytes of JSON for a portion; what else stands in a row needs less than what is left of it."""

T = TypeVar("T")


def portions(items: Iterable[T], room: int = ROOM) -> Iterator[list[T]]:
    """``items`` (JSON values) in their order, as few lists as fit; one that alone is too long for
    ``room`` is left out.
    """
    portion: list[T] = []
    used = 0
    for item in items:
        size = len(json.dumps(item, ensure_ascii=False).encode()) + 1
        if size > room:
            continue
        if used + size > room:
            yield portion
            portion, used = [], 0
        portion.append(item)
        used += size
    if portion:
        yield portion
