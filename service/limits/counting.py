# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counters of fixed windows, in the database: every process counts into the same ones. No Flask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.database import Database
from service.limits.models import CountRow
from service.vault import Vault

_PURPOSE: Final = "limit"
_KEPT_FOR: Final = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """At most ``most`` acts called ``name`` in each ``window``."""

    name: str
    most: int
    window: timedelta = timedelta(hours=1)


class LimitReached(Exception):
    """One act too many. ``seconds`` until the next window begins."""

    def __init__(self, seconds: int) -> None:
        super().__init__("a limit is reached")
        self.seconds = seconds


class Counters:
    """Counts for one person (a central id), or for everybody together (None)."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def count(
        self, database: Database, limit: Limit, central_id: int | None, now: datetime
    ) -> None:
        """Count an act, in a transaction of its own. Raises LimitReached; then nothing is counted,
        so that whoever goes on trying does not wait longer.
        """
        seconds = int(limit.window.total_seconds())
        begun = int(now.timestamp()) // seconds
        label = self._label(limit, central_id, begun)
        add = partial(self._add, database, label, limit.most)
        # Once more at the end: another process may just have begun the row.
        if not (add() or self._begin(database, label, now.date()) or add()):
            raise LimitReached((begun + 1) * seconds - int(now.timestamp()))

    def forget(self, session: Session, today: date) -> None:
        """Erase what lies a whole day back."""
        session.execute(delete(CountRow).where(CountRow.day < today - _KEPT_FOR))

    def _begin(self, database: Database, label: bytes, today: date) -> bool:
        """The first act of a window. False when the row is there already."""
        try:
            with database.write() as session:
                session.add(CountRow(label=label, day=today, count=1))
        except IntegrityError:
            return False
        return True

    def _add(self, database: Database, label: bytes, most: int) -> bool:
        """False when there is no row yet, or it is full."""
        more = (
            update(CountRow)
            .where(CountRow.label == label, CountRow.count < most)
            .values(count=CountRow.count + 1)
        )
        with database.write() as session:
            return session.connection().execute(more).rowcount == 1

    def _label(self, limit: Limit, central_id: int | None, begun: int) -> bytes:
        whom = b"" if central_id is None else central_id.to_bytes(8, "big")
        return self.vault.label(_PURPOSE, limit.name.encode(), whom, begun.to_bytes(8, "big"))
