# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking a report out of everything, at one stroke: it was withdrawn, or its time is over.

Nothing is left that would prove that somebody was once reported: the multimap closes up, an empty
case is gone with what was written about it, entries of the audit lose salt and content. What stays
is that *a* report was erased at this desk on this day, and a label in the list of erasures
(``service.retention.erasures``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy.orm import Session

from service.audit.journal import NOBODY, Act, Entry, Journal
from service.cases.membership import Cases
from service.desks.rows import EVERYWHERE
from service.queue.jobs import Queue
from service.reports.record import Report
from service.retention.erasures import Erasures

Eraser = Callable[[Session, Report, Sequence[bytes]], None]
"""Erases what one feature keeps about a report, and about the cases (ids of heads) that are gone
with it. Called under the locks of ``erase``, in its transaction; the report's row is gone by then.
"""

Condition = Callable[[Report], bool]


class ConditionLost(Exception):
    """It held when the report was looked at first, and no longer under the locks: roll back."""


class Erasing:
    """The act. ``also`` are the erasers of features that keep more about reports."""

    def __init__(
        self,
        cases: Cases,
        queue: Queue,
        journal: Journal,
        erasures: Erasures,
        also: Sequence[Eraser] = (),
    ) -> None:
        self.cases = cases
        self.reports = cases.reports
        self.queue = queue
        self.journal = journal
        self.erasures = erasures
        self.also = tuple(also)

    def erase(
        self,
        session: Session,
        report_id: bytes,
        act: Act,
        today: date,
        condition: Condition = lambda _: True,
    ) -> Report | None:
        """Erase a report and return what it was. None, and nothing is written, when it is gone or
        ``condition``, asked under all locks, does not hold.

        ``act`` goes into the audit, without saying which report or whose. Locks are taken in the
        order of the worker's handlers: rows of the queue, everywhere, desk, report. Such a handler
        finds its row or the report gone, and drops its result.
        """
        seen = self.reports.get(session, report_id)
        if seen is None or not condition(seen):
            return None
        self.queue.forget(session, report_id)
        self.cases.lock(session, EVERYWHERE)
        self.cases.lock(session, seen.desk)
        report = self.reports.get(session, report_id, lock=True)
        if report is None:
            return None
        if not condition(report):
            raise ConditionLost
        # Once more: a handler that was about to end may have put new rows. From here none can,
        # rows of a report are put under the report's lock.
        self.queue.forget(session, report_id)
        self.reports.erase(session, report)
        gone = self.cases.leave(session, report)
        for subject in (report.id, *gone):
            self.journal.forget(session, report.desk, subject.hex())
        for erase in self.also:
            erase(session, report, gone)
        self.erasures.note(session, report.id, today)
        self.journal.record(session, Entry(report.desk, act, NOBODY, today))
        return report
