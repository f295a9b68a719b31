# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counters of fixed windows, in the database: every process counts into the same ones. No Flask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert, select, update
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
        self, database: Database, limits: Sequence[Limit], central_id: int | None, now: datetime
    ) -> None:
        """Count an act towards each of ``limits``, in a transaction of its own.

        Raises LimitReached; then nothing is counted, so that whoever goes on trying does not wait
        longer.
        """
        try:
            self._count(database, limits, central_id, now)
        except IntegrityError:
            # Another process has just begun the same window.
            self._count(database, limits, central_id, now)

    def _count(
        self, database: Database, limits: Sequence[Limit], central_id: int | None, now: datetime
    ) -> None:
        with database.write() as session:
            for limit in limits:
                seconds = int(limit.window.total_seconds())
                begun = int(now.timestamp()) // seconds
                label = self._label(limit, central_id, begun)
                if not self._add(session, label, limit.most, now.date()):
                    raise LimitReached((begun + 1) * seconds - int(now.timestamp()))

    def _add(self, session: Session, label: bytes, most: int, today: date) -> bool:
        """False when the row is full. Raises IntegrityError when another begins it just now."""
        room = CountRow.label == label, CountRow.count < most
        more = update(CountRow).where(*room).values(count=CountRow.count + 1)
        if session.connection().execute(more).rowcount == 1:
            return True
        if session.scalar(select(CountRow.label).where(CountRow.label == label)) is not None:
            return False
        session.execute(insert(CountRow).values(label=label, day=today, count=1))
        return True

    def forget(self, session: Session, today: date) -> None:
        """Erase what lies a whole day back."""
        session.execute(delete(CountRow).where(CountRow.day < today - _KEPT_FOR))

    def _label(self, limit: Limit, central_id: int | None, begun: int) -> bytes:
        whom = b"" if central_id is None else central_id.to_bytes(8, "big")
        return self.vault.label(_PURPOSE, limit.name.encode(), whom, begun.to_bytes(8, "big"))
