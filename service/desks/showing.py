# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the templates of a desk need to show cases, and sealed reports as JSON."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from service.cases.head import CaseState
from service.cases.listed import Row
from service.cases.opening import Sealed
from service.desks.here import Here
from service.desks.member import Member
from service.ids import to_text
from service.reports.record import Report
from service.reports.wiki_names import label_of
from service.thread.telling import thread_json

STATE_KEYS: Final = {
    CaseState.OPEN: "desks-state-open",
    CaseState.WORKING: "desks-state-working",
    CaseState.CLOSED: "desks-state-closed",
}


def readers_of(here: Here) -> list[Member]:
    """The desk's readers: those who can be responsible for a case."""
    with here.services.database.read() as database:
        return here.services.domain.roster.readers(database, here.desk.key)


def is_late(row: Row, today: date) -> bool:
    """Whether the day is over by which the desk wanted to answer."""
    return row.state is not CaseState.CLOSED and row.due < today


def late_cases(here: Here) -> int:
    """How many cases are late, of those that the reader may see."""
    today = here.services.today()
    with here.services.database.read() as database:
        rows = here.services.domain.reading.listing(database, here.desk, here.reader)
    return sum(is_late(row, today) for row in rows)


def shown(here: Here) -> dict[str, Any]:
    """For ``render_template``: the desk, who looks, and how lines of the list are written."""
    today: date = here.services.today()
    names = {one.central_id: one.name for one in readers_of(here)}

    def ends(report: Report) -> date:
        return here.desk.ends(report.last_act)

    def soon(day: date) -> bool:
        return day - timedelta(days=here.desk.warns_days) <= today

    def wiki_names(row: Row) -> list[str]:
        return [label_of(dbname, here.services.wikis) for dbname in row.wikis]

    return {
        "desk": here.desk,
        "own_id": here.central_id,
        "names": names,
        "states": STATE_KEYS,
        "overdue": lambda row: is_late(row, today),
        "ends": ends,
        "soon": soon,
        "wiki_names": wiki_names,
        "to_text": to_text,
    }


def sealed_json(one: Sealed) -> dict[str, Any]:
    """A report for the browser. ``mark`` says which of its accounts the case is about."""
    report = one.report.report
    return {
        "id": to_text(report.id),
        "recipient": report.recipient,
        "mark": one.report.mark,
        "box": to_text(one.box),
        "parts": [{"name": name, "sealed": to_text(part)} for name, part in one.parts.items()],
        "thread": thread_json(one.thread),
    }
