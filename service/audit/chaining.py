# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker's half of the audit: acts are chained under the desk's lock, so no chain forks."""

from __future__ import annotations

from service.worker.context import Context


def chain_entries(context: Context) -> bool:
    """Chain what waits, at every desk, and close the day that is over. Whether there was anything
    to chain.
    """
    domain, today = context.domain, context.clock().date()
    with context.database.read() as session:
        over = domain.audit_days.open_desks(session, today)
    for desk in over:
        with context.database.write() as session:
            domain.cases.hold(session, desk)
            domain.audit_days.close(session, desk, today)
    with context.database.read() as session:
        desks = domain.journal.waiting(session)
    for desk in desks:
        with context.database.write() as session:
            domain.cases.hold(session, desk)
            domain.journal.chain(session, desk)
    return bool(desks)
