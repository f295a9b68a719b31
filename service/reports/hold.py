# SPDX-License-Identifier: AGPL-3.0-or-later
"""A hold as the report's sealed record keeps it. What is released when: ``service.cases.release``.

A hold is policy of the software: boxes are made at filing as always, and what is held is not handed
out. A reader who steals the database could open it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

CHOICES: Final = (2, 3, 5)
"""How many people a reporter may wait for, the own person included."""


@dataclass(frozen=True)
class Entered:
    """When a report came to its desk: the desk's version (``Cases.lock``) and the day."""

    version: int
    day: date


@dataclass(frozen=True)
class Hold:
    """What the reporter asked for, and what became of it."""

    people: int
    ended: date | None = None
    """The day on which the reporter ended the hold; the night after, it is released."""
    released: Entered | None = None
    apart: Mapping[int, Entered | None] = field(default_factory=dict, hash=False)
    """By central id: functionaries in whose world it was released later, or is held still, since
    a report that does not exist for them was needed for it."""

    def entered(self, reader: int | None) -> Entered | None:
        """When it was released in the world of ``reader`` (None: in the desk's as a whole)."""
        if self.released is None or reader is None:
            return self.released
        return self.apart.get(reader, self.released)

    def to_json(self) -> dict[str, Any]:
        together: dict[Entered | None, list[int]] = {}
        for reader, entered in sorted(self.apart.items()):
            together.setdefault(entered, []).append(reader)
        return {
            "people": self.people,
            "ended": None if self.ended is None else self.ended.isoformat(),
            "released": _write(self.released),
            "apart": [[_write(entered), readers] for entered, readers in together.items()],
        }

    @classmethod
    def from_json(cls, value: Any) -> Hold:
        ended = value["ended"]
        return cls(
            people=value["people"],
            ended=None if ended is None else date.fromisoformat(ended),
            released=_read(value["released"]),
            apart={reader: _read(one) for one, readers in value["apart"] for reader in readers},
        )


def _write(entered: Entered | None) -> list[int] | None:
    return None if entered is None else [entered.version, entered.day.toordinal()]


def _read(value: list[int] | None) -> Entered | None:
    return None if value is None else Entered(value[0], date.fromordinal(value[1]))
