# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rows that are locked while cases change: one for each desk, one for what spans desks."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.database import Database
from service.desks.desk import Desk
from service.desks.models import DeskRow

EVERYWHERE = ""
"""Key of the row, and of the multimaps, that belong to no desk: people's own reports."""


def lay_rows(database: Database, desks: Iterable[Desk]) -> None:
    """Make the rows that are missing. Web and worker do so when they start, in any order."""
    for key in (EVERYWHERE, *(desk.key for desk in desks)):
        with database.read() as session:
            known = session.scalar(select(DeskRow.key).where(DeskRow.key == key))
        if known is not None:
            continue
        try:
            with database.write() as session:
                session.add(DeskRow(key=key, version=0))
        except IntegrityError:
            continue  # another process was faster


def known_desks(session: Session) -> list[str]:
    """Keys of all desks that ever were configured here."""
    keys = session.scalars(select(DeskRow.key).where(DeskRow.key != EVERYWHERE))
    return sorted(keys)
