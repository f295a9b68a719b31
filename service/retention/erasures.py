# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of erasures: what was withdrawn or purged, so that a restored backup loses it again.

A label is an HMAC of a report's random id: the list names nothing, and whoever has no backup can
tell nothing from it. It is pruned when the oldest backup that is kept cannot hold the report.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.retention.models import ErasureRow
from service.rows import Wanted
from service.vault import Vault

BACKUPS_KEPT_DAYS: Final = 90
"""How long backups are kept at most, unless ``CS_BACKUP_DAYS`` says otherwise."""

_AT_ONCE: Final = 200


class Erasures:
    """The list in the database."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def label(self, report_id: bytes) -> bytes:
        """What stands for a report in the list (32 bytes)."""
        return self.vault.label("erasure", report_id)

    def note(self, session: Session, report_id: bytes, day: date) -> None:
        self.enter(session, self.label(report_id), day)

    def enter(self, session: Session, label: bytes, day: date) -> None:
        """Enter a label, or move it to a later day."""
        row = session.get(ErasureRow, label)
        if row is None:
            session.add(ErasureRow(label=label, day=day))
        elif row.day < day:
            row.day = day

    def entry(self, report_id: bytes) -> Wanted:
        """The report's row, if it is in the list."""
        return Wanted(ErasureRow, (self.label(report_id),), blob=False)

    def among(self, session: Session, ids: Collection[bytes]) -> list[bytes]:
        """Those of these report ids that are in the list."""
        labels = {self.label(one): one for one in ids}
        wanted = list(labels)
        found: list[bytes] = []
        for start in range(0, len(wanted), _AT_ONCE):
            some = ErasureRow.label.in_(wanted[start : start + _AT_ONCE])
            found += [labels[one] for one in session.scalars(select(ErasureRow.label).where(some))]
        return found

    def all(self, session: Session) -> Iterator[tuple[bytes, date]]:
        """Label and day of every erasure; by label, which tells no order."""
        rows = session.execute(select(ErasureRow.label, ErasureRow.day).order_by(ErasureRow.label))
        for row in rows:
            yield row.label, row.day

    def prune(self, session: Session, today: date, backups_kept_days: int) -> None:
        """Forget what no backup can hold any longer."""
        oldest = today - timedelta(days=backups_kept_days)
        session.execute(delete(ErasureRow).where(ErasureRow.day < oldest))
