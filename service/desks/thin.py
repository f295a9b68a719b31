# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many can read a report: recusal always wins, so it may be fewer than two."""

from __future__ import annotations

from collections import Counter

from sqlalchemy.orm import Session

from service.desks.rows import EVERYWHERE
from service.domain import Domain
from service.matching.tokens import Kind, derive


def reports_by_readers(domain: Domain, session: Session, desk: str) -> tuple[int, int]:
    """How many of the desk's reports nobody who reads there can open, and how many only one."""
    readers = {
        one.central_id: derive(
            domain.vault.match_keys, EVERYWHERE, Kind.REPORTER, str(one.central_id)
        )
        for one in domain.roster.readers(session, desk)
    }
    counts = Counter(
        sum(
            one in report.meta.boxes and token != report.meta.reporter
            for one, token in readers.items()
        )
        for report in domain.reports.of_desk(session, desk)
    )
    return counts[0], counts[1]
