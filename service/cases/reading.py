# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a functionary meets: the desk's list, and a case with its reports.

Everything starts from ``visible``. A head whose ``hidden_from`` holds the reader is computed anew
from what the reader may see; if that is nothing, the case does not exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from service.audit.journal import Act, Entry, Journal
from service.cases.head import Head
from service.cases.listed import DeskLists, Row, in_order, row_of
from service.cases.marks import account_mark, short_code
from service.cases.membership import Cases, continued, summary
from service.cases.visible import Reader, only_visible
from service.desks.desk import Desk
from service.matching.tokens import Kind, case_id
from service.reports.record import Report, Stage
from service.thread.story import Event, EventKind, Role, Story
from service.vault import Vault

MOST_RELATED: Final = 200
"""Beyond this many reports that cite the same, relation tells nothing: "cited widely"."""


@dataclass(frozen=True)
class CaseReport:
    """A report in a case, under codes that hold in this case only."""

    report: Report
    code: str
    reporter_code: str
    day: date
    """When it was filed; of one that was held, when it was released."""
    mark: str
    """Which of the accounts in the report's sealed part the case is about."""
    box: bytes | None


@dataclass(frozen=True)
class Case:
    """A case as one reader may see it."""

    row: Row
    reports: tuple[CaseReport, ...]


@dataclass(frozen=True)
class Related:
    """Another case, and how many reports join it to this one."""

    row: Row
    shared: int


class Reading:
    """The functionary's side of cases."""

    def __init__(self, vault: Vault, cases: Cases, journal: Journal) -> None:
        self.vault = vault
        self.cases = cases
        self.reports = cases.reports
        self.journal = journal
        self.story = Story(vault)
        self.lists = DeskLists(cases.heads)

    def listing(self, session: Session, desk: Desk, reader: Reader) -> list[Row]:
        """The desk's cases that exist for ``reader``: what is due first comes first."""
        rows: list[Row] = []
        for listed in self.lists.of(session, desk):
            own = self._own_view(session, reader, listed.head)
            if own is listed.head:
                rows.append(listed.row)
            elif own is not None:
                rows.append(row_of(desk, own))
        return sorted(rows, key=in_order)

    def open(self, session: Session, desk: Desk, reader: Reader, head_id: bytes) -> Case | None:
        """A case; None when it does not exist for ``reader``, whatever the reason."""
        head = self.cases.heads.get(session, head_id)
        if head is None or head.token in reader.tokens:
            return None
        reports = only_visible(reader, self.cases.members(session, head.token))
        own = _with_reports(head, reports, reader)
        if own is None:
            return None
        boxes = self.reports.boxes(session, [one.id for one in reports], reader.central_id)
        vault = self.vault
        found = [
            CaseReport(
                report,
                short_code(vault, "report-code", head_id, report.id),
                short_code(vault, "reporter-code", head_id, report.meta.reporter),
                day,
                account_mark(vault, report.id, head.token),
                boxes.get(report.id),
            )
            for day, report in _by_day(reports, reader)
        ]
        return Case(row_of(desk, own), tuple(found))

    def note_opened(
        self, session: Session, reader: Reader, reports: Sequence[Report], today: date
    ) -> None:
        """Write the reader's first opening of each report into the audit, and tell its reporter's
        page that it is being read. Boxes are handed out in the transaction that does this.
        """
        first_read: set[bytes] = set()
        for one in reports:
            if reader.central_id in one.meta.opened_by:
                continue
            report = self.reports.get(session, one.id, lock=True)
            if report is None:
                continue
            meta = replace(report.meta, opened_by=report.meta.opened_by | {reader.central_id})
            if meta.stage is Stage.RECEIVED:
                meta = replace(meta, stage=Stage.READ, read_on=today)
                first_read.update(meta.tokens(Kind.ACCOUNT))
            opened = Event(EventKind.OPENED, today, Role.FUNCTIONARY)
            meta = self.story.append(session, report.id, meta, opened)
            self.reports.save_meta(session, report.id, meta)
            self.journal.record(
                session,
                Entry(reader.desk, Act.OPENED, reader.central_id, today, report.id.hex()),
            )
        # Being read is an act on the report: it is kept for a whole term from here.
        self.cases.refresh(session, reader.desk, sorted(first_read))

    def related(self, session: Session, desk: Desk, reader: Reader, case: Case) -> list[Related]:
        """Other cases that share reports or cited edits with this one; what shares most first."""
        tokens = {token for one in case.reports for token in one.report.meta.tokens(Kind.REVISION)}
        near: dict[bytes, Report] = {one.report.id: one.report for one in case.reports}
        for token in sorted(tokens)[:MOST_RELATED]:
            citing = only_visible(reader, self.cases.members(session, token))
            if len(citing) <= MOST_RELATED:
                near |= {one.id: one for one in citing}
        counts = Counter(
            token for report in near.values() for token in report.meta.tokens(Kind.ACCOUNT)
        )
        heads = self.cases.heads.get_many(session, [case_id(token) for token in counts])
        own = [self._own_view(session, reader, head) for head in heads]
        found = [
            Related(row_of(desk, head), counts[head.token])
            for head in own
            if head is not None and head.id != case.row.id
        ]
        return sorted(found, key=lambda one: (-one.shared, one.row.id))[:MOST_RELATED]

    def _own_view(self, session: Session, reader: Reader, head: Head) -> Head | None:
        """``head`` as it is in the reader's world; None when the case is not in it."""
        if head.token in reader.tokens:
            return None
        if reader.central_id not in head.hidden_from:
            return head
        reports = only_visible(reader, self.cases.members(session, head.token))
        return _with_reports(head, reports, reader)


def _by_day(reports: Iterable[Report], reader: Reader) -> list[tuple[date, Report]]:
    """Reports with the days on which they came into the reader's world, oldest first."""
    entered = ((report.entered(reader.central_id), report) for report in reports)
    dated = [(one.day, report) for one, report in entered if one is not None]
    return sorted(dated, key=lambda one: (one[0], one[1].id))


def _with_reports(head: Head, reports: Sequence[Report], reader: Reader) -> Head | None:
    """``head`` with counts and days of just these reports; None when there are none."""
    counted = summary(head.token, reports, reader.central_id)
    if counted is None:
        return None
    return continued(counted, head)
