# SPDX-License-Identifier: AGPL-3.0-or-later
"""The heads that browsers remember: one a day, as of the end of a completed day.

Every day is closed with an entry of its own, whether anything was done on it or not, so the head
differs from day to day in any case: it tells nobody that there were acts, not even on which days.
Positions would count them and stay on the server. A day on which no worker ran has no head.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.chain import Head
from service.audit.journal import Act, Entry, Journal
from service.audit.models import AuditDayRow
from service.desks.models import DeskRow
from service.desks.rows import EVERYWHERE

SERVED_DAYS: Final = 92
"""So many days back heads are given out. A change of something older changes all of these, too."""

_NOBODY: Final = 0


@dataclass(frozen=True, order=True)
class DayHead:
    """The digest of a desk's chain at the end of a day."""

    day: date
    digest: bytes


class AuditDays:
    """Closing days, and giving out their heads."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.vault = journal.vault

    def open_desks(self, session: Session, today: date) -> list[str]:
        """Desks whose yesterday is not closed yet."""
        rows = session.scalars(select(DeskRow).where(DeskRow.key != EVERYWHERE))
        yesterday = today - timedelta(days=1)
        return [row.key for row in rows if self.journal.closed(row) != yesterday]

    def close(self, session: Session, desk: str, today: date) -> None:
        """Close yesterday, unless another worker just did. The caller holds the desk's row."""
        row = session.get_one(DeskRow, desk)
        yesterday = today - timedelta(days=1)
        if self.journal.closed(row) == yesterday:
            return
        while self.journal.chain(session, desk):
            session.flush()
        # On its own in the chain: the head after it is the day's.
        self.journal.record(
            session, Entry(desk, Act.DAY_CLOSED, _NOBODY, today, yesterday.isoformat())
        )
        session.flush()
        self.journal.chain(session, desk, closed=yesterday)
        head = self.journal.head(session, desk)
        label = self._label(desk, yesterday)
        value = {"position": head.position}
        session.merge(
            AuditDayRow(label=label, blob=self.vault.seal(AuditDayRow.blob, label, value))
        )

    def heads(self, session: Session, desk: str, today: date) -> list[DayHead]:
        """The heads of the last completed days, oldest first, as they stand in the chain now."""
        days = [today - timedelta(days=back) for back in range(SERVED_DAYS, 0, -1)]
        found = self._positions(session, desk, days)
        heads: list[DayHead] = []
        for day, position in sorted(found.items()):
            digest = self.journal.digest_at(session, desk, position)
            if digest is not None:
                heads.append(DayHead(day, digest))
        return heads

    def remembered(
        self, session: Session, desk: str, heads: Iterable[DayHead]
    ) -> tuple[list[Head], list[DayHead]]:
        """Heads by position, for ``Journal.verify``; and those of days that have none here."""
        wanted = list(heads)
        found = self._positions(session, desk, [one.day for one in wanted])
        known = [Head(found[one.day], one.digest) for one in wanted if one.day in found]
        return known, [one for one in wanted if one.day not in found]

    def _positions(self, session: Session, desk: str, days: Iterable[date]) -> dict[date, int]:
        """Where the chain stood at the end of these days, where that is known."""
        labels = {self._label(desk, day): day for day in days}
        rows = session.scalars(select(AuditDayRow).where(AuditDayRow.label.in_(list(labels))))
        return {
            labels[row.label]: self.vault.open(AuditDayRow.blob, row.label, row.blob)["position"]
            for row in rows
        }

    def _label(self, desk: str, day: date) -> bytes:
        return self.vault.label("audit-day", desk.encode(), day.isoformat().encode())
