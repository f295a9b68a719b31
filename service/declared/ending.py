# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker takes out declarations whose end has come."""

from __future__ import annotations

from service.declared.declaring import has_ended, take_out_ended
from service.desks.rows import known_desks
from service.worker.context import Context


def end_declarations(context: Context) -> None:
    """Once in a while, at the worker's sweep."""
    database, domain, today = context.database, context.domain, context.clock().date()
    with database.read() as session:
        desks = known_desks(session)
        over = [
            central_id
            for central_id, accounts in domain.declared.everybody(session)
            if any(has_ended(one, today) for one in accounts)
        ]
    for central_id in over:
        with database.write() as session:
            take_out_ended(domain, session, desks, central_id, today)
