# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counters of fixed windows, in the database: every process counts into the same ones. No Flask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.database import Database
from service.limits.models import CountRow
from service.rows import count_up
from service.vault import Vault

_PURPOSE: Final = "limit"
_KEPT_FOR: Final = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """At most ``most`` acts called ``name`` in each ``window``."""

    name: str
    most: int
    window: timedelta = timedelta(hours=1)

    @property
    def seconds(self) -> int:
        """How long the window is."""
        return int(self.window.total_seconds())


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
        database.write_anew(lambda session: self.count_within(session, limits, central_id, now))

    def count_within(
        self, session: Session, limits: Sequence[Limit], central_id: int | None, now: datetime
    ) -> None:
        """The same in the transaction of the act: whatever undoes it leaves the act uncounted.

        Raises LimitReached.
        """
        seconds = int(now.timestamp())
        windows = {self._label(limit, central_id, seconds): limit for limit in limits}
        rows = [{"label": one, "day": now.date(), "count": 1} for one in windows]
        counts = count_up(session, CountRow, *rows)
        for count, limit in zip(counts, windows.values(), strict=True):
            if count > limit.most:
                raise LimitReached(limit.seconds - seconds % limit.seconds)

    def forget(self, session: Session, today: date) -> None:
        """Erase what lies a whole day back."""
        session.execute(delete(CountRow).where(CountRow.day < today - _KEPT_FOR))

    def _label(self, limit: Limit, central_id: int | None, seconds: int) -> bytes:
        begun = seconds // limit.seconds
        whom = b"" if central_id is None else central_id.to_bytes(8, "big")
        return self.vault.label(_PURPOSE, limit.name.encode(), whom, begun.to_bytes(8, "big"))
