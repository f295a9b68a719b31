# SPDX-License-Identifier: AGPL-3.0-or-later
"""The marked lane: reports of new and blocked accounts are looked at first by one functionary.

Blocks are made in harassment and retaliation too, and newcomers are its easiest targets; accounts
that were made for the purpose are how a case is pumped up. So such a report is in its cases like
any other, with a mark, and its cases are counted without it until somebody says that it counts.
The reporter sees nothing of it. It is no act on the report: how long it is kept does not change.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from service.audit.journal import Act, Entry, Journal
from service.cases.one_report import act_on
from service.cases.reading import Reading
from service.cases.visible import Reader
from service.desks.desk import Desk
from service.desks.rows import EVERYWHERE
from service.matching.tokens import Kind, MatchKeys, derive
from service.reports.record import Meta, Reviewed


class Reviewing:
    """Looking first at reports from the marked lane."""

    def __init__(self, reading: Reading, journal: Journal) -> None:
        self.reading = reading
        self.cases = reading.cases
        self.reports = reading.reports
        self.journal = journal

    def review(
        self,
        session: Session,
        desk: Desk,
        reader: Reader,
        head_id: bytes,
        report_id: bytes,
        outcome: Reviewed,
        today: date,
    ) -> bool:
        """Say what is to become of a report; another word may follow later. False when it does not
        exist for ``reader``, is not from the marked lane, or is the reader's own.
        """
        acting = act_on(self.reading, session, desk, reader, head_id, report_id)
        if acting is None:
            return False
        meta = acting.report.meta
        if not may_review(self.cases.vault.match_keys, meta, reader.central_id):
            return False
        if meta.reviewed is outcome:
            return True
        self.reports.save_meta(session, report_id, replace(meta, reviewed=outcome))
        session.flush()
        self.cases.refresh(session, desk.key, sorted(meta.tokens(Kind.ACCOUNT)))
        entry = Entry(
            desk.key, Act.REVIEWED, reader.central_id, today, report_id.hex(), outcome.value
        )
        self.journal.record(session, entry)
        return True


def may_review(keys: MatchKeys, meta: Meta, central_id: int) -> bool:
    """Whether somebody who can read the report may say that: nobody may about an own one."""
    own = derive(keys, EVERYWHERE, Kind.REPORTER, str(central_id))
    return meta.review and meta.reporter != own
