# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker's nightly round: what is over is purged, heads are sealed anew, the list is pruned.

Once a day (UTC) for each desk, in small transactions. How far a desk is stands in the database, so
that any worker goes on where another one stopped. Heads are all sealed anew because two dumps of
the database would else tell which cases changed in between.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.audit.journal import Act
from service.desks.desk import RETENTION_DAYS
from service.desks.models import DeskRow
from service.desks.rows import EVERYWHERE
from service.reports.erasing import ConditionLost
from service.reports.models import ReportRow
from service.reports.record import Report
from service.retention.models import NightRow
from service.worker.context import Context

LOOK_EVERY: Final = timedelta(minutes=10)
HEADS_AT_ONCE: Final = 200
PURGES_AT_ONCE: Final = 20

_TURN: Final = "night"
_TURN_S: Final = 300
"""So long nobody else begins; who does all the same does no harm."""

_REPORTS_AT_ONCE: Final = 200


class Night:
    """One worker's part in it."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._looked: datetime | None = None
        self._ours_until: datetime | None = None

    def step(self) -> bool:
        """Do a small part of what today's round still lacks; whether there may be more to do.

        Looks at most every LOOK_EVERY, once there is nothing for this worker.
        """
        now = self.context.clock()
        if self._looked is not None and now - self._looked < LOOK_EVERY:
            return False
        today = now.date()
        with self.context.database.read() as session:
            desk = _undone(session, today)
        if desk is not None and self._is_our_turn(now):
            self._looked = now  # what fails is not tried again at once
            self._go_on(desk, today)
            self._looked = None
            return True
        if self._ours_until is not None:  # the round is at its end, and this worker made it
            self._prune(today)
        self._looked, self._ours_until = now, None
        # Also what a withdrawal could not cut because somebody read at that moment.
        self.context.database.forget_pages()
        return False

    def _is_our_turn(self, now: datetime) -> bool:
        if self._ours_until is not None and now < self._ours_until:
            return True
        with suppress(IntegrityError), self.context.database.write() as session:
            if self.context.domain.queue.take_turn(session, _TURN, now, _TURN_S):
                self._ours_until = now + timedelta(seconds=_TURN_S)
                return True
        return False

    def _go_on(self, desk: str, today: date) -> None:
        """First all that is over goes, then the heads of what is left are sealed anew."""
        with self.context.database.read() as session:
            known = session.get(NightRow, desk)
            is_purged = known is not None and known.purged == today
            over = [] if is_purged else self._over(session, desk, today)
        if is_purged:
            self._reseal_some(desk, today)
            return
        for report_id in over[:PURGES_AT_ONCE]:
            self._purge_one(report_id, today)
        if len(over) <= PURGES_AT_ONCE:
            with self.context.database.write() as session:
                _row(session, desk).purged = today

    def _over(self, session: Session, desk: str, today: date) -> list[bytes]:
        """Ids of the desk's reports whose time is over."""
        reports = self.context.domain.reports
        latest = today - timedelta(days=self._retention_days(desk))
        candidates = select(ReportRow.id).where(ReportRow.desk == desk, ReportRow.day <= latest)
        ids = list(session.scalars(candidates))
        found: list[bytes] = []
        for start in range(0, len(ids), _REPORTS_AT_ONCE):
            some = reports.get_many(session, ids[start : start + _REPORTS_AT_ONCE])
            found += [one.id for one in some.values() if one.last_act <= latest]
            session.expunge_all()
        return found

    def _purge_one(self, report_id: bytes, today: date) -> None:
        domain = self.context.domain

        def is_over(report: Report) -> bool:
            return report.last_act + timedelta(days=self._retention_days(report.desk)) <= today

        def purge(session: Session) -> None:
            report = domain.erasing.erase(session, report_id, Act.PURGED, today, is_over)
            if report is not None:
                domain.totals.count(session, report, today)

        with suppress(ConditionLost):  # something was done with it meanwhile: it stays
            self.context.database.write_anew(purge)

    def _retention_days(self, desk: str) -> int:
        """Of a desk that is no longer configured, the usual time: nobody reads there any more."""
        days = {one.key: one.retention_days for one in self.context.desks}
        return days.get(desk, RETENTION_DAYS)

    def _reseal_some(self, desk: str, today: date) -> None:
        """Seal the next heads anew; when no more follow, the desk's round is at its end."""
        domain = self.context.domain
        with self.context.database.write() as session:
            domain.cases.hold(session, desk)
            row = _row(session, desk)
            if row.resealed == today:
                return  # another worker was at it
            row.upto = domain.cases.heads.reseal(session, desk, row.upto or b"", HEADS_AT_ONCE)
            if row.upto is None:
                row.resealed = today

    def _prune(self, today: date) -> None:
        domain, kept_days = self.context.domain, self.context.backups_kept_days
        with self.context.database.write() as session:
            domain.erasures.prune(session, today, kept_days)


def _undone(session: Session, today: date) -> str | None:
    """The key of a desk whose round of today is not at its end, be it configured or not."""
    done = set(
        session.scalars(
            select(NightRow.desk).where(NightRow.purged == today, NightRow.resealed == today)
        )
    )
    keys = session.scalars(select(DeskRow.key).where(DeskRow.key != EVERYWHERE))
    return next((key for key in keys if key not in done), None)


def _row(session: Session, desk: str) -> NightRow:
    row = session.get(NightRow, desk, with_for_update=True)
    if row is None:
        row = NightRow(desk=desk, purged=None, resealed=None, upto=None)
        session.add(row)
    return row
