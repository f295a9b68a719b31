# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was posted is forgotten when it will not be taken back any more (DESIGN 8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete

from service.notices.models import PostedRow
from service.worker.context import Context

RETRACTION_WINDOW: Final = timedelta(days=30)


def forget_posted(context: Context) -> None:
    """Erase the records of reminders that are older than the window."""
    oldest = context.clock().date() - RETRACTION_WINDOW
    with context.database.write() as session:
        session.execute(delete(PostedRow).where(PostedRow.day < oldest))
