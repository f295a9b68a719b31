# SPDX-License-Identifier: AGPL-3.0-or-later
"""The newest list of wikis in the database, and how a running process comes by it."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from onwiki.site_matrix import from_json, to_json
from onwiki.wikis import Wiki, WikiList
from service.database import Database
from service.wikis.models import WikiListRow

_NAME: Final = "wikimedia"

LOOK_EVERY: Final = timedelta(minutes=10)
"""How long a process may not know of a newer list."""


def fetched_at(session: Session) -> datetime | None:
    """When the list that is kept was fetched."""
    seconds = session.scalar(select(WikiListRow.fetched).where(WikiListRow.name == _NAME))
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def keep(session: Session, wikis: tuple[Wiki, ...], now: datetime) -> None:
    """Replace the list."""
    blob = zlib.compress(json.dumps(to_json(wikis)).encode())
    session.merge(WikiListRow(name=_NAME, fetched=int(now.timestamp()), wikis=blob))


def kept(session: Session) -> tuple[Wiki, ...]:
    """The list; nothing when none was ever fetched."""
    row = session.get(WikiListRow, _NAME)
    return () if row is None else from_json(json.loads(zlib.decompress(row.wikis)))


class Follower:
    """Keeps one process's list as new as the database's."""

    def __init__(self, database: Database, wikis: WikiList) -> None:
        self.database = database
        self.wikis = wikis
        self._looked: datetime | None = None
        self._adopted: datetime | None = None

    def follow(self, now: datetime) -> bool:
        """Look whether there is a newer list, at most every LOOK_EVERY; whether it looked."""
        if self._looked is not None and now - self._looked < LOOK_EVERY:
            return False
        self._looked = now
        with self.database.read() as session:
            fetched = fetched_at(session)
            if fetched is not None and fetched != self._adopted:
                self.wikis.adopt(kept(session))
                self._adopted = fetched
        return True
