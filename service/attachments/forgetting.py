# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that were uploaded for forms which were never sent: erased after a day."""

from __future__ import annotations

from service.worker.context import Context


def forget_uploads(context: Context) -> None:
    """Erase what nobody went on with, one person at a time."""
    attachments, today = context.domain.attachments, context.clock().date()
    with context.database.read() as session:
        overdue = attachments.overdue(session, today)
    for label in overdue:
        with context.database.write() as session:
            attachments.forget(session, label, today)
