# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeping a report for one more term: an act of a reader, once, with a reason, in the audit.

Retention counts from the last act on the report itself, never on its case: a case is worked on
because of other people's reports, too, and of these nothing may be seen on a reporter's page.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from service.audit.journal import Act, Entry, Journal
from service.cases.reading import Reading
from service.cases.visible import Reader
from service.desks.desk import Desk
from service.matching.tokens import Kind
from service.one_line import one_line
from service.refusal import Refusal
from service.reports.record import Meta, Report

LONGEST_REASON: Final = 200
"""Characters."""


class ProlongingRefused(Refusal):
    """The report is not kept longer."""


class Prolonging:
    """Acts that begin a report's term anew."""

    def __init__(self, reading: Reading, journal: Journal) -> None:
        self.reading = reading
        self.cases = reading.cases
        self.reports = reading.reports
        self.journal = journal

    def open(
        self, session: Session, desk: Desk, reader: Reader, head_id: bytes, report_id: bytes
    ) -> Report | None:
        """The report of a case; None when it does not exist there for ``reader``."""
        case = self.reading.open(session, desk, reader, head_id)
        found = () if case is None else case.reports
        return next((one.report for one in found if one.report.id == report_id), None)

    def prolong(
        self,
        session: Session,
        desk: Desk,
        reader: Reader,
        place: tuple[bytes, bytes],
        reason: str,
        today: date,
    ) -> Report | None:
        """Keep the report at ``place`` (ids of case and report) for one more term from today.

        None when it does not exist there for ``reader``. Raises ProlongingRefused.
        """
        self.cases.lock(session, desk.key)
        if self.open(session, desk, reader, *place) is None:
            return None
        report = self.reports.get(session, place[1], lock=True)
        if report is None:
            return None
        if report.meta.prolonged:
            raise ProlongingRefused("retention-error-once")
        if not is_due_soon(desk, report, today):
            raise ProlongingRefused("retention-error-early")
        reason = one_line(reason)
        if not reason:
            raise ProlongingRefused("retention-error-reason")
        if len(reason) > LONGEST_REASON:
            raise ProlongingRefused("retention-error-reason-long")
        self.begin_anew(session, report, replace(report.meta, prolonged=True), today)
        entry = Entry(desk.key, Act.PROLONGED, reader.central_id, today, report.id.hex(), reason)
        self.journal.record(session, entry)
        return report

    def begin_anew(self, session: Session, report: Report, meta: Meta, today: date) -> None:
        """Write ``meta`` after an act on the report: its term begins anew today, and its cases say
        so. For acts that the reporter is told of; the caller holds the rows of desk and report.
        """
        meta = replace(meta, acted_on=today)
        self.reports.save_meta(session, report.id, meta)
        self.cases.refresh(session, report.desk, sorted(meta.tokens(Kind.ACCOUNT)))


def is_due_soon(desk: Desk, report: Report, today: date) -> bool:
    """Whether the readers are warned that the report will be erased."""
    return desk.ends(report.last_act) - timedelta(days=desk.warns_days) <= today
