# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of a desk as it is looked at: filters that stand in the address, and pages."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.cases.head import CaseState
from service.cases.listed import Row

ROWS_A_PAGE: Final = 100


class Show(enum.StrEnum):
    """Which states are listed."""

    UNDONE = "undone"
    """All that are not closed."""
    OPEN = CaseState.OPEN.value
    WORKING = CaseState.WORKING.value
    CLOSED = CaseState.CLOSED.value
    ALL = "all"

    def takes(self, state: CaseState) -> bool:
        match self:
            case Show.ALL:
                return True
            case Show.UNDONE:
                return state is not CaseState.CLOSED
        return self.value == state.value


class Whose(enum.StrEnum):
    """Whose cases are listed, unless one colleague's."""

    ANYBODY = "anybody"
    MINE = "mine"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Filters:
    """What the address asks for. ``assignee`` is a Whose, or the address form of a colleague;
    then ``colleague`` is who that is.
    """

    state: Show = Show.UNDONE
    assignee: str = Whose.ANYBODY.value
    colleague: int | None = None

    @classmethod
    def of(cls, query: Mapping[str, str], colleagues: Mapping[str, int]) -> Filters:
        """From a query; what it has no word for counts as not said. ``colleagues``: central ids
        by what stands for them in addresses.
        """
        state, assignee = query.get("state", ""), query.get("assignee", "")
        if assignee not in {*Whose, *colleagues}:
            assignee = Whose.ANYBODY.value
        chosen = Show(state) if state in set(Show) else Show.UNDONE
        return cls(chosen, assignee, colleagues.get(assignee))

    def take(self, rows: Sequence[Row], own_id: int) -> list[Row]:
        return [row for row in rows if self.state.takes(row.state) and self._is_of(row, own_id)]

    def to_query(self) -> dict[str, str]:
        """The inverse of ``of``, without what needs no saying."""
        query = {} if self.state is Show.UNDONE else {"state": self.state.value}
        whose = {} if self.assignee == Whose.ANYBODY else {"assignee": self.assignee}
        return {**query, **whose}

    def _is_of(self, row: Row, own_id: int) -> bool:
        match self.assignee:
            case Whose.ANYBODY:
                return True
            case Whose.NOBODY:
                return row.assignee is None
            case Whose.MINE:
                return row.assignee == own_id
        return row.assignee == self.colleague


@dataclass(frozen=True)
class QueuePage:
    """``number`` counts from 1; ``last`` is the number of the last page."""

    rows: tuple[Row, ...]
    number: int
    last: int


def page_of(rows: Sequence[Row], wanted: str) -> QueuePage:
    """The page of that number, or the nearest that there is."""
    last = max(1, -(-len(rows) // ROWS_A_PAGE))
    number = min(int(wanted), last) if wanted.isascii() and wanted.isdecimal() else 1
    number = max(1, number)
    start = (number - 1) * ROWS_A_PAGE
    return QueuePage(tuple(rows[start : start + ROWS_A_PAGE]), number, last)
