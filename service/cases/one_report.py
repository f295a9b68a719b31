# SPDX-License-Identifier: AGPL-3.0-or-later
"""One report of a case, for acts on it: the one place that decides whether a reader may act.

Whatever keeps a reader from opening a report keeps him from answering it, closing it and seeing
who reported: there it does not exist for him.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.cases.reading import CaseReport, Reading
from service.cases.visible import Reader
from service.desks.desk import Desk
from service.reports.record import Report


@dataclass(frozen=True)
class Acting:
    """A report under its row's lock, as it is in the case, and the reader's box."""

    listed: CaseReport
    report: Report
    box: bytes


def find_one(
    reading: Reading,
    session: Session,
    desk: Desk,
    reader: Reader,
    head_id: bytes,
    report_id: bytes,
) -> CaseReport | None:
    """The report of that case; None when either does not exist for ``reader``, or is not sealed to
    him.
    """
    case = reading.open(session, desk, reader, head_id)
    reports = () if case is None else case.reports
    found = next((one for one in reports if one.report.id == report_id), None)
    return None if found is None or found.box is None else found


def act_on(
    reading: Reading,
    session: Session,
    desk: Desk,
    reader: Reader,
    head_id: bytes,
    report_id: bytes,
) -> Acting | None:
    """The same, to be changed: nobody is recused, nothing folded till the transaction ends."""
    reading.cases.hold(session, desk.key)
    listed = find_one(reading, session, desk, reader, head_id, report_id)
    report = reading.reports.get(session, report_id, lock=True)
    if listed is None or listed.box is None or report is None:
        return None
    return Acting(listed, report, listed.box)
