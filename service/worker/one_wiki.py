# SPDX-License-Identifier: AGPL-3.0-or-later
"""Never more than one of the workers at one wiki at a time, however many there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError

from service.ids import to_text
from service.queue.jobs import Job
from service.vault import Vault
from service.worker.context import Context, Handler

LONGEST_S: Final = 590
"""Less than a job's lease: who takes over a dead worker's row finds the wiki free."""

_LOOK_AGAIN: Final = timedelta(seconds=3)
_NAME_SIZE: Final = 12


def alone(handler: Handler) -> Handler:
    """``handler`` for rows that name the wiki to ask (``wiki``): it waits while another asks it."""

    def handled(context: Context, job: Job) -> None:
        turn = turn_of(context.domain.vault, job.payload["wiki"])
        if not _begin(context, turn):
            with context.database.write() as session:
                due = context.clock() + _LOOK_AGAIN
                context.domain.queue.wait_for_turn(session, job, due)
            return
        try:
            handler(context, job)
        finally:
            with context.database.write() as session:
                context.domain.queue.end_turn(session, turn)

    return handled


def turn_of(vault: Vault, dbname: str) -> str:
    """What the turn at a wiki is called: a dump must not tell which wikis are asked."""
    return to_text(vault.label("wiki-turn", dbname.encode())[:_NAME_SIZE])


def _begin(context: Context, turn: str) -> bool:
    try:
        with context.database.write() as session:
            return context.domain.queue.take_turn(session, turn, context.clock(), LONGEST_S)
    except IntegrityError:  # two began at once, and the other one was faster
        return False
