# SPDX-License-Identifier: AGPL-3.0-or-later
"""The reporter's side: the own reports, how far they are, and what the own key opens of them.

Never a case, never others: nothing here depends on any other report.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from service.matching.multimap import Multimap
from service.reports.filing import Filing
from service.reports.record import Meta, Report
from service.reports.store import Reports
from service.vault import Vault


@dataclass(frozen=True)
class SealedReport:
    """What a browser needs to open a report: the box of one reader, and the parts by name."""

    report: Report
    box: bytes | None
    parts: dict[str, bytes]


class OwnReports:
    """Reports as their reporter meets them."""

    def __init__(self, vault: Vault, reports: Reports, filing: Filing) -> None:
        self.vault = vault
        self.reports = reports
        self.filing = filing

    def get(self, session: Session, central_id: int, report_id: bytes) -> Report | None:
        """A report of one's own; a foreign one is answered like an absent one."""
        report = self.reports.get(session, report_id)
        token = self.filing.reporter_token(central_id)
        if report is None or not hmac.compare_digest(report.meta.reporter, token):
            return None
        return report

    def all(
        self, session: Session, central_id: int, just_filed: Iterable[bytes] = ()
    ) -> list[Report]:
        """All of one's own, newest first. ``just_filed`` (from the browser session) may not be
        folded yet, and so not be in the multimap.
        """
        token = self.filing.reporter_token(central_id)
        multimap = Multimap(session, self.vault.match_keys, self.vault.at_rest)
        ids = {base64.b64decode(one["report"]) for one in multimap.members(token)}
        found = self.reports.get_many(session, sorted(ids | set(just_filed)))
        own = [report for report in found.values() if report.meta.reporter == token]
        return sorted(own, key=lambda report: (report.day, report.id), reverse=True)

    def end_hold(self, session: Session, report_id: bytes, today: date) -> None:
        """Note that the reporter does not wait for others any more.

        It is released in the coming night with what else is: at once would tell its readers that
        nobody else was needed for it.
        """
        report = self.reports.get(session, report_id, lock=True)
        hold = None if report is None else report.meta.hold
        if report is None or hold is None or hold.ended is not None:
            return
        meta = replace(report.meta, hold=replace(hold, ended=today))
        self.reports.save_meta(session, report_id, meta)

    def opens(self, session: Session, central_id: int, report: Report) -> bool:
        """Whether the reporter's present key opens it: a box may be there for a lost one."""
        return report.id in self.reports.boxed(session, [report.id], central_id)

    def sealed(self, session: Session, central_id: int, report: Report) -> SealedReport:
        """The report with the reporter's own box, which is there only if a key was made in time."""
        boxes = self.reports.boxes(session, [report.id], central_id)
        parts = self.reports.parts(session, report, parts_for_reporter(report.meta))
        return SealedReport(report, boxes.get(report.id), parts)


def parts_for_reporter(meta: Meta) -> list[str]:
    """Names of the parts that a reporter opens: what was asked again tells that it was read."""
    return [name for name in meta.parts if not (meta.silent and name.startswith("again-"))]
