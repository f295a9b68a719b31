# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slots that have come become rows of the queue, each in a transaction that moves its slot on."""

from __future__ import annotations

from service.worker.context import Context


def schedule_notices(context: Context) -> None:
    """Enter every reminder whose slot has come."""
    more = True
    while more:
        with context.database.read() as session:
            more = context.domain.subscriptions.any_due(session, context.clock())
        if more:
            with context.database.write() as session:
                more = context.domain.subscriptions.schedule_one(session, context.clock())
