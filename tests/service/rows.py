# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rows of a database, by their keys: what is there, whatever is sealed in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from service.database import Database
from service.migrations.tables import all_tables

KEPT = {"desk", "roster", "personal_key", "key_wrap"}


def keys_of(database: Database) -> dict[str, set[tuple[Any, ...]]]:
    """Primary keys of the rows of every table."""
    with database.read() as session:
        return {
            table.name: {tuple(row) for row in session.execute(select(*table.primary_key.columns))}
            for table in all_tables().sorted_tables
        }


def new_rows(
    before: dict[str, set[tuple[Any, ...]]], after: dict[str, set[tuple[Any, ...]]]
) -> dict[str, int]:
    """How many rows a table has that it had not before; lost rows count below nothing."""
    assert [name for name in before if not before[name] <= after[name]] == []
    grown = {name: len(after[name]) - len(before[name]) for name in before}
    return {name: count for name, count in grown.items() if count}


def empty(database: Database) -> None:
    """Take out everything but a desk and its readers."""
    with database.write() as session:
        for table in all_tables().sorted_tables:
            if table.name not in KEPT:
                session.execute(delete(table))
