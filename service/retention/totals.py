# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was purged, in numbers: counted by desk and month in the transaction that erases.

Numbers are sealed; they are said in bands, and only when a month has enough of them that nobody
can be picked out. Withdrawn reports are in no number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from service.reports.record import Report, Stage
from service.retention.models import PurgeTotalRow
from service.vault import Vault

FEWEST_SAID: Final = 5
"""Of fewer reports in a month nothing is said."""

_BANDS: Final = ((100, "100+"), (50, "50-99"), (20, "20-49"), (10, "10-19"), (FEWEST_SAID, "5-9"))


@dataclass(frozen=True)
class Total:
    """How many reports of one desk were purged in one month, and how far they had come."""

    purged: int = 0
    read: int = 0
    """Read, and neither answered nor closed."""
    answered: int = 0
    closed: int = 0

    def with_one(self, stage: Stage) -> Total:
        """With one more report that had come to ``stage``."""
        total = replace(self, purged=self.purged + 1)
        match stage:
            case Stage.READ:
                return replace(total, read=self.read + 1)
            case Stage.ANSWERED:
                return replace(total, answered=self.answered + 1)
            case Stage.CLOSED:
                return replace(total, closed=self.closed + 1)
        return total


class Totals:
    """Totals in the database."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def count(self, session: Session, report: Report, today: date) -> None:
        """Count a report that is being purged. The caller holds the desk's row."""
        label = self._label(report.desk, today)
        total = self.of(session, report.desk, today).with_one(report.meta.stage)
        blob = self.vault.seal(PurgeTotalRow.blob, label, vars(total))
        session.merge(PurgeTotalRow(label=label, blob=blob))

    def of(self, session: Session, desk: str, month: date) -> Total:
        """The total of the month in which that day is."""
        label = self._label(desk, month)
        row = session.get(PurgeTotalRow, label)
        return (
            Total()
            if row is None
            else Total(**self.vault.open(PurgeTotalRow.blob, label, row.blob))
        )

    def _label(self, desk: str, month: date) -> bytes:
        return self.vault.label("purge-total", desk.encode(), f"{month:%Y-%m}".encode())


def said(count: int) -> str:
    """A number in a band, such as ``10-19``; ``under 5`` for fewer."""
    return next((name for least, name in _BANDS if count >= least), f"under {FEWEST_SAID}")
