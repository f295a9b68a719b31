# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many reports one person may file in a while: a counter of days, kept apart from the reports.

What was withdrawn still counts: the counter knows no report, only days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.config import Config
from service.database import Collision
from service.quota.models import QuotaRow
from service.rows import Wanted, ask, put, swap
from service.vault import Vault

_PURPOSE: Final = "quota"


@dataclass(frozen=True)
class Allowance:
    """At most ``reports`` in ``days`` days, over all desks."""

    reports: int
    days: int

    @classmethod
    def of(cls, config: Config) -> Allowance:
        return cls(config.quota_reports, config.quota_days)

    def counting(self, filed: Iterable[date], today: date) -> list[date]:
        """Those days that still count, oldest first."""
        return sorted(day for day in filed if today - day < timedelta(days=self.days))

    def again(self, filed: Iterable[date], today: date) -> date | None:
        """The first day on which another report may be filed; None: it may be today."""
        counting = self.counting(filed, today)
        if len(counting) < self.reports:
            return None
        return counting[len(counting) - self.reports] + timedelta(days=self.days)


class QuotaUsed(Exception):
    """No report more for now. ``again`` is the first day on which another may be filed."""

    def __init__(self, again: date) -> None:
        super().__init__("the quota is used up")
        self.again = again


class Quota:
    """The counters in the database."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def again(
        self, session: Session, central_id: int, allowance: Allowance, today: date
    ) -> date | None:
        """The first day on which the person may file again; None: today."""
        rows = ask(session, self.counter(central_id))[0]
        return allowance.again(self._days(*rows[0]), today) if rows else None

    def counter(self, central_id: int) -> Wanted:
        """What ``again`` and ``count`` ask: the person's row."""
        return Wanted(QuotaRow, (self._label(central_id),))

    def count(self, session: Session, central_id: int, allowance: Allowance, today: date) -> None:
        """Count a report of today. Raises QuotaUsed, and Collision or IntegrityError when another
        one was counted meanwhile.
        """
        wanted = self.counter(central_id)
        (label,) = wanted.keys
        rows = ask(session, wanted)[0]
        filed = self._days(*rows[0]) if rows else []
        again = allowance.again(filed, today)
        if again is not None:
            raise QuotaUsed(again)
        days = [day.toordinal() for day in [*allowance.counting(filed, today), today]]
        blob = self.vault.seal(QuotaRow.blob, label, {"days": days})
        if not rows:
            put(session, QuotaRow, {"label": label, "blob": blob})
        elif not swap(session, QuotaRow, label, "blob", rows[0][1], blob):
            raise Collision

    def forget(self, session: Session, allowance: Allowance, today: date) -> int:
        """Erase counters in which no day counts any more; how many that were."""
        gone = 0
        for row in session.scalars(select(QuotaRow).with_for_update()):
            if not allowance.counting(self._days(row.label, row.blob), today):
                session.delete(row)
                gone += 1
        return gone

    def _label(self, central_id: int) -> bytes:
        return self.vault.person(_PURPOSE, central_id)

    def _days(self, label: bytes, blob: bytes) -> list[date]:
        days = self.vault.open(QuotaRow.blob, label, blob)["days"]
        return [date.fromordinal(day) for day in days]
