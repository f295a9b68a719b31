# SPDX-License-Identifier: AGPL-3.0-or-later
"""The queue in the database: put, claim with a lease, finish, postpone.

A claim is short: it marks one due row as taken and commits. The work happens outside of any
transaction; its result is written together with the erasure of the row, and only by the worker
whose lease still stands. A worker that dies leaves a row whose lease runs out.
"""

from __future__ import annotations

import enum
import logging
import random
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Result,
    bindparam,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from service import rows
from service.ids import new_id
from service.matching.tokens import LABEL_SIZE
from service.queue.models import JobRow, TurnRow
from service.sealing.at_rest import AtRestError
from service.vault import Json, Vault

LONGEST_KEPT: Final = timedelta(days=7)
"""The queue's readable copy of what a report cites is erased after this (DESIGN 5)."""

_MOST_ROWS_OF_A_REPORT: Final = 128
"""One a wiki that it cites (at most fifty), one for its names, and room for other work on it."""

_FIRST_WAIT_S: Final = 30
_LONGEST_WAIT_S: Final = 6 * 3600

_ABOUT: Final = select(JobRow.__table__.c.about).where(
    JobRow.__table__.c.about == bindparam("label")
)

_log = logging.getLogger(__name__)


class JobKind(enum.StrEnum):
    """What a row asks for."""

    ARRIVE = "arrive"
    """A report was filed: split it into its fold and its checks."""
    FOLD = "fold"
    """Resolve the names of a report and enter it into its cases."""
    ADD = "add"
    """Something was added to a report: enter its references, and check them."""
    CHECK = "check"
    """Ask one wiki about the links of one report."""
    RECHECK = "recheck"
    """Ask one wiki once more about links of one report."""
    NOTICE = "notice"
    """Post one reminder."""
    INTERACTION = "interaction"
    """Ask one wiki where two accounts met, for one reader."""


@dataclass(frozen=True)
class Job:
    """A claimed row. ``lease`` is the claim: results are written only while it stands."""

    id: bytes
    kind: JobKind
    lease: bytes
    attempts: int
    made: datetime
    payload: Json


class LeaseLost(Exception):
    """Another worker has the row by now (or the report was withdrawn): the result is dropped."""


class Queue:
    """Things to do, in the database."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def put(
        self,
        session: Session,
        kind: JobKind,
        payload: Json,
        made: datetime,
        due: datetime,
        *,
        first: bool = False,
    ) -> bytes:
        """Enter a row; ``made`` is when the copy that it keeps began to exist. Its id.

        A payload that names a report (``report``, its id in hex) is erased with it (``forget``).
        ``first``: the report is new, and so has no other row.
        """
        job_id = new_id()
        row = {
            "id": job_id,
            "kind": kind.value,
            "made": _seconds(made),
            "due": _seconds(due),
            "about": self._about(session, payload, first=first),
            "payload": self.vault.seal(JobRow.payload, job_id, payload),
            "lease_until": 0,
            "attempts": 0,
        }
        rows.put(session, JobRow, row)
        return job_id

    def withdraw(self, session: Session, job_id: bytes) -> None:
        """Erase a row that nobody wants any more; a worker that has it loses its lease."""
        session.execute(delete(JobRow).where(JobRow.id == job_id))

    def forget(self, session: Session, report_id: bytes) -> None:
        """Erase all rows of a report. What is in the middle of one drops its result: LeaseLost."""
        known = select(JobRow.id).where(JobRow.about.in_(self._labels(report_id)))
        ids = list(session.scalars(known))
        # By primary key: looking through the table would wait for rows of other reports.
        if ids:
            session.execute(delete(JobRow).where(JobRow.id.in_(ids)))

    def _about(self, session: Session, payload: Json, *, first: bool) -> bytes:
        """A label that no other row has: a dump must not show which rows are of one report."""
        report = payload.get("report")
        if report is None:
            return secrets.token_bytes(LABEL_SIZE)
        # Few numbers of a report are ever taken: the first draw is nearly always free.
        for _ in range(4 * _MOST_ROWS_OF_A_REPORT):
            number = secrets.randbelow(_MOST_ROWS_OF_A_REPORT)
            label = self._label(bytes.fromhex(report), number)
            if first or self._is_free(session, label):
                break
        return label

    def _is_free(self, session: Session, label: bytes) -> bool:
        return rows.connection_of(session).execute(_ABOUT, {"label": label}).first() is None

    def _labels(self, report_id: bytes) -> list[bytes]:
        return [self._label(report_id, number) for number in range(_MOST_ROWS_OF_A_REPORT)]

    def _label(self, report_id: bytes, number: int) -> bytes:
        return self.vault.label("job", report_id, number.to_bytes(2, "big"))

    def claim(
        self, session: Session, kinds: Collection[JobKind], now: datetime, lease_s: int
    ) -> Job | None:
        """Take the row that has been due longest, for ``lease_s`` seconds; None when none is."""
        wanted = [
            JobRow.kind.in_([kind.value for kind in kinds]),
            JobRow.due <= _seconds(now),
        ]
        return self._claim(session, wanted, now, lease_s)

    def _claim(
        self,
        session: Session,
        wanted: Sequence[ColumnElement[bool]],
        now: datetime,
        lease_s: int,
    ) -> Job | None:
        seconds = _seconds(now)
        while True:
            row = session.scalar(
                select(JobRow)
                .where(JobRow.lease_until <= seconds, *wanted)
                .order_by(JobRow.due)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if row is None:
                return None
            lease = new_id()
            row.lease, row.lease_until = lease, seconds + lease_s
            try:
                payload = self.vault.open(JobRow.payload, row.id, row.payload)
            except AtRestError as error:
                # Perhaps a key was dropped too early. The row waits with its lease; others go on.
                _log.error("a row of the queue cannot be opened: %s", error)
                continue
            made = datetime.fromtimestamp(row.made, now.tzinfo)
            return Job(row.id, JobKind(row.kind), lease, row.attempts, made, payload)

    def finish(self, session: Session, job: Job) -> None:
        """Erase the row, in the transaction that writes the result. Raises LeaseLost."""
        gone = session.execute(delete(JobRow).where(JobRow.id == job.id, JobRow.lease == job.lease))
        if _rows(gone) != 1:
            raise LeaseLost

    def postpone(self, session: Session, job: Job, due: datetime) -> None:
        """Give the row back, to be taken again at ``due``. Raises LeaseLost."""
        self._give_back(session, job, due, job.attempts + 1)

    def wait_for_turn(self, session: Session, job: Job, due: datetime) -> None:
        """Give the row back without counting an attempt: nothing was tried. Raises LeaseLost."""
        self._give_back(session, job, due, job.attempts)

    def _give_back(self, session: Session, job: Job, due: datetime, attempts: int) -> None:
        kept = session.execute(
            update(JobRow)
            .where(JobRow.id == job.id, JobRow.lease == job.lease)
            .values(due=_seconds(due), lease=None, lease_until=0, attempts=attempts)
        )
        if _rows(kept) != 1:
            raise LeaseLost

    def take_turn(self, session: Session, name: str, now: datetime, distance_s: int) -> bool:
        """Whether ``name`` may happen now; then nobody else's turn comes for ``distance_s``.

        Raises IntegrityError when two take the very first turn at once: the row comes back later.
        """
        row = session.get(TurnRow, name, with_for_update=True)
        seconds = _seconds(now)
        if row is None:
            session.add(TurnRow(name=name, free_at=seconds + distance_s))
            return True
        if row.free_at > seconds:
            return False
        row.free_at = seconds + distance_s
        return True

    def end_turn(self, session: Session, name: str) -> None:
        """The next turn of ``name`` may come at once."""
        session.execute(delete(TurnRow).where(TurnRow.name == name))

    def is_turn(self, session: Session, name: str, now: datetime) -> bool:
        """Whether it is worth asking for the turn: nothing is locked, and nothing taken."""
        free_at = session.scalar(select(TurnRow.free_at).where(TurnRow.name == name))
        return free_at is None or free_at <= _seconds(now)

    def claim_expired(self, session: Session, now: datetime, lease_s: int) -> Job | None:
        """Take a row whose copy is older than the queue may keep it, due or not."""
        oldest = _seconds(now - LONGEST_KEPT)
        return self._claim(session, [JobRow.made < oldest], now, lease_s)

    def next_due(self, session: Session, now: datetime) -> datetime | None:
        """When the next row wants to be taken; for the worker's sleep."""
        due = session.scalar(
            select(JobRow.due)
            .where(or_(JobRow.lease_until == 0, JobRow.lease_until <= _seconds(now)))
            .order_by(JobRow.due)
            .limit(1)
        )
        return None if due is None else datetime.fromtimestamp(due, now.tzinfo)


def back_off(attempts: int, retry_after_s: float | None = None) -> timedelta:
    """How long to wait before attempt ``attempts`` + 1: doubling from 30 s to 6 h, with jitter.

    A wiki that says how long (Retry-After) is not asked earlier.
    """
    wait = min(_FIRST_WAIT_S * 2.0 ** min(attempts, 20), _LONGEST_WAIT_S)
    spread = random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, guards nothing
    return timedelta(seconds=max(wait * spread, retry_after_s or 0))


def _rows(result: Result[Any]) -> int:
    assert isinstance(result, CursorResult)  # noqa: S101 - a DELETE or UPDATE gives nothing else
    return result.rowcount


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
