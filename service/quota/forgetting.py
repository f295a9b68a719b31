# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counters of people who have not filed for a while are erased, once a day."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from sqlalchemy.exc import IntegrityError

from service.worker.context import Context

EVERY_S: Final = 24 * 3600
_TURN: Final = "quota"


def forget_counters(context: Context) -> None:
    """Erase them when it is time; only one worker does."""
    now, queue = context.clock(), context.domain.queue
    with context.database.read() as session:
        due = queue.is_turn(session, _TURN, now)
    if due:
        with suppress(IntegrityError), context.database.write() as session:
            if queue.take_turn(session, _TURN, now, EVERY_S):
                context.domain.quota.forget(session, context.allowance, now.date())
