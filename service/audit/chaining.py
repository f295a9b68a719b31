# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker's half of the audit: acts are chained under the desk's lock, so no chain forks."""

from __future__ import annotations

from service.worker.context import Context


def chain_entries(context: Context) -> bool:
    """Chain what waits, at every desk. Whether there was anything."""
    with context.database.read() as session:
        desks = context.domain.journal.waiting(session)
    for desk in desks:
        with context.database.write() as session:
            context.domain.cases.hold(session, desk)
            context.domain.journal.chain(session, desk)
    return bool(desks)
