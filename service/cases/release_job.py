# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker's half of releasing: once a night for each desk, at a moment that was drawn before.

A fixed hour would let a functionary who refreshes the list tell a release from a report that was
just filed; an hour that follows the filing would tell when that was.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from random import Random, SystemRandom
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from service.desks.models import DeskRow
from service.desks.rows import EVERYWHERE
from service.worker.context import Context

NIGHT: Final = timedelta(hours=5)
"""From midnight UTC: a night ends on the day on which it began."""


def release_held(context: Context) -> None:
    """Release at every desk whose turn has come. The turn is taken in the transaction that
    releases: a worker that is killed in between has done neither, and another one does both.
    """
    now = context.clock()
    queue = context.domain.queue
    with context.database.read() as session:
        desks = session.scalars(select(DeskRow.key).where(DeskRow.key != EVERYWHERE)).all()
        due = [desk for desk in desks if queue.is_turn(session, turn_of(desk), now)]
    for desk in due:
        until_next = int((next_night(now) - now).total_seconds())
        # Two workers at the very first turn: the other one does it.
        with suppress(IntegrityError), context.database.write() as session:
            if queue.take_turn(session, turn_of(desk), now, until_next):
                session.flush()
                context.domain.releasing.release(session, desk, now.date())


def next_night(now: datetime, chance: Random | None = None) -> datetime:
    """A moment of the night that comes after ``now``, each as likely as the other."""
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
    return midnight + (chance or SystemRandom()).random() * NIGHT


def turn_of(desk: str) -> str:
    """The name of a desk's turn: as short as such names are."""
    return f"hold-{hashlib.sha256(desk.encode()).hexdigest()[:10]}"
