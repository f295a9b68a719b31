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
from service.quota.models import QuotaRow
from service.rows import change, find, put
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


@dataclass(frozen=True)
class Counter:
    """A person's counter, held: on which days reports were ``filed``; None where there is none."""

    label: bytes
    filed: tuple[date, ...] | None


class Quota:
    """The counters in the database."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def again(
        self, session: Session, central_id: int, allowance: Allowance, today: date
    ) -> date | None:
        """The first day on which the person may file again; None: today."""
        label = self._label(central_id)
        row = find(session, QuotaRow, label)
        return None if row is None else allowance.again(self._days(label, row.blob), today)

    def hold(self, session: Session, central_id: int) -> Counter:
        """The person's counter. From now on filings of this person wait for each other until the
        transaction ends; those of somebody who has none yet meet in ``count``.
        """
        label = self._label(central_id)
        row = find(session, QuotaRow, label, lock=True)
        return Counter(label, None if row is None else tuple(self._days(label, row.blob)))

    def count(self, session: Session, held: Counter, allowance: Allowance, today: date) -> None:
        """Count a report of today. Raises QuotaUsed, and IntegrityError when two make the person's
        first row at once: come again.
        """
        again = allowance.again(held.filed or (), today)
        if again is not None:
            raise QuotaUsed(again)
        days = [*allowance.counting(held.filed or (), today), today]
        blob = self._seal(held.label, days)
        if held.filed is None:
            put(session, QuotaRow, {"label": held.label, "blob": blob})
        else:
            change(session, QuotaRow, held.label, {"blob": blob})

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

    def _seal(self, label: bytes, days: list[date]) -> bytes:
        return self.vault.seal(QuotaRow.blob, label, {"days": [day.toordinal() for day in days]})
