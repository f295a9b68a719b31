# SPDX-License-Identifier: AGPL-3.0-or-later
"""The heads of a desk, opened once and kept in the process until the desk's version says that they
changed. Whoever changes a head counts the version up under the desk's lock (``Cases.lock``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.cases.head import CaseState, Head, Heads
from service.desks.desk import Desk
from service.desks.models import DeskRow

_BANDS = ((10, "10+"), (5, "5-9"), (2, "2-4"), (1, "1"), (0, "0"))


@dataclass(frozen=True)
class Row:
    """A line of the list. Numbers are bands: a list is read over shoulders."""

    id: bytes
    code: str
    state: CaseState
    assignee: int | None
    reports: str
    voices: str
    wikis: tuple[str, ...]
    last_day: date
    due: date
    ends: date
    """The day on which the first of its reports is erased unless something is done with it."""
    to_review: bool = False
    """A report of a new or blocked account waits for somebody to look at it first."""


@dataclass(frozen=True)
class Listed:
    """A head, and its line for whoever sees all of its reports."""

    head: Head
    row: Row


def row_of(desk: Desk, head: Head) -> Row:
    """The line of one head."""
    wait = timedelta(days=desk.answer_by_days)
    return Row(
        id=head.id,
        code=head.code,
        state=head.state_now,
        assignee=head.assignee_now,
        reports=band(head.reports),
        voices=band(head.voices),
        wikis=tuple(sorted(head.wikis)),
        last_day=head.last_day,
        due=(head.last_day if head.reopened else head.first_day) + wait,
        ends=desk.ends(head.oldest_act),
        to_review=head.to_review > 0,
    )


def band(count: int) -> str:
    """How many, roughly: ``0``, ``1``, ``2-4``, ``5-9`` or ``10+``."""
    return next(name for least, name in _BANDS if count >= least)


def in_order(row: Row) -> tuple[bool, date, bytes]:
    """The order of the list: what is due first comes first, closed cases last."""
    return row.state is CaseState.CLOSED, row.due, row.id


class DeskLists:
    """The lists of all desks, for everybody in this process. Only for sessions that read: what a
    transaction has not committed must not be kept.
    """

    def __init__(self, heads: Heads) -> None:
        self.heads = heads
        self._kept: dict[Desk, tuple[int, tuple[Listed, ...]]] = {}

    def of(self, session: Session, desk: Desk) -> tuple[Listed, ...]:
        """All heads of ``desk`` in the order of their lines, whoever looks."""
        # The version first: heads that are newer than it are read again, none is kept too long.
        version = session.scalar(select(DeskRow.version).where(DeskRow.key == desk.key)) or 0
        kept = self._kept.get(desk)
        if kept is not None and kept[0] == version:
            return kept[1]
        listed = [
            Listed(head, row_of(desk, head)) for head in self.heads.of_desk(session, desk.key)
        ]
        listed.sort(key=lambda one: in_order(one.row))
        self._kept[desk] = version, tuple(listed)
        return self._kept[desk][1]
