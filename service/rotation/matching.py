# SPDX-License-Identifier: AGPL-3.0-or-later
"""Moving the multimap's labels under the newest key of ``CS_MATCH_KEYS``.

The tokens stand in the reports' sealed ``meta``; a list is moved as a whole, under the lock that
folding takes, and found under either key meanwhile. Rows say under which key they are, so a run
that was cut off goes on. Tokens, case ids and row labels stay under the oldest key
(``service.matching.tokens``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.cases.membership import Cases
from service.database import Database
from service.desks.rows import EVERYWHERE
from service.matching.models import Entry
from service.matching.multimap import Multimap
from service.reports.models import ReportRow
from service.vault import Vault

_REPORTS_AT_ONCE: Final = 20


class MatchingRotation:
    """One rotation of a database."""

    def __init__(self, database: Database, vault: Vault, cases: Cases) -> None:
        self.database = database
        self.vault = vault
        self.cases = cases

    def left(self) -> int:
        """How many entries are under an older key."""
        newest = self.vault.match_keys.newest.id
        with self.database.read() as session:
            older = select(func.count()).select_from(Entry).where(Entry.version != newest)
            return session.scalar(older) or 0

    def run(self, progress: Callable[[int], object] = lambda _: None) -> int:
        """Move every list; how many entries that were. ``progress`` is told of each step's."""
        moved = 0
        after = b""
        while ids := self._next(after):
            with self.database.write() as session:
                step = self._move(session, ids)
            moved += step
            after = ids[-1]
            progress(step)
        return moved

    def _next(self, after: bytes) -> list[bytes]:
        with self.database.read() as session:
            wanted = select(ReportRow.id).where(ReportRow.id > after).order_by(ReportRow.id)
            return list(session.scalars(wanted.limit(_REPORTS_AT_ONCE)))

    def _move(self, session: Session, ids: list[bytes]) -> int:
        # In the order in which folding takes them: no two can wait for each other.
        self.cases.hold(session, EVERYWHERE)
        reports = self.cases.reports.get_many(session, ids)
        for desk in sorted({one.desk for one in reports.values()}):
            self.cases.hold(session, desk)
        multimap = Multimap(session, self.vault.match_keys, self.vault.at_rest)
        # Once more under the locks: what was folded in between has its lists in the new place.
        fresh = [self.cases.reports.get(session, one, lock=True) for one in ids]
        tokens = {
            member.token for one in fresh if one is not None for member in one.meta.memberships
        }
        return sum(multimap.rotate(token) for token in sorted(tokens))
