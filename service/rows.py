# SPDX-License-Identifier: AGPL-3.0-or-later
"""Single rows by their primary key, asked for and written past the ORM.

A mapped object costs several times the question itself, and filing a report asks for a score of
rows (``make bench``). What is written here is in the database at once; what the ORM still has to
write goes first, so both may be used in one session. Columns are those of the table.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Connection,
    Insert,
    Row,
    Select,
    Table,
    Update,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from service.database import CONNECTION, Base

_KEY: Final = "key_"
_KEYS_AT_ONCE: Final = 200


def find(session: Session, kind: type[Base], key: Any, *, lock: bool = False) -> Row[Any] | None:
    """The row as it is now; ``lock`` keeps others from it until the transaction ends."""
    return connection_of(session).execute(_by_key(kind, lock), {_KEY: key}).first()


def find_many(
    session: Session, kind: type[Base], keys: Collection[Any], *, lock: bool = False
) -> list[Row[Any]]:
    """Those of the rows that are there, in no order that means anything."""
    wanted, connection = list(keys), connection_of(session)
    found: list[Row[Any]] = []
    for start in range(0, len(wanted), _KEYS_AT_ONCE):
        some = wanted[start : start + _KEYS_AT_ONCE]
        values = {f"{_KEY}{number}": key for number, key in enumerate(some)}
        found += connection.execute(_by_keys(kind, len(some), lock), values).all()
    return found


def put(session: Session, kind: type[Base], *rows: Mapping[str, Any]) -> None:
    """Enter rows, all with the same columns. Raises IntegrityError for one that is there."""
    if rows:
        connection_of(session).execute(_insert(kind), rows)


def change(session: Session, kind: type[Base], key: Any, values: Mapping[str, Any]) -> None:
    """Write these columns of a row. Raises NoResultFound where there is none: nothing is lost in
    silence.
    """
    statement = _update(kind, tuple(values))
    if connection_of(session).execute(statement, {**values, _KEY: key}).rowcount != 1:
        raise NoResultFound


def connection_of(session: Session) -> Connection:
    """The session's connection, once the ORM has written what it still had to."""
    session.flush()
    known: Connection | None = session.info.get(CONNECTION)
    return known or session.connection()


def _key_of(table: Table) -> Any:
    (column,) = table.primary_key.columns
    return column


def _table(kind: type[Base]) -> Table:
    assert isinstance(kind.__table__, Table)  # noqa: S101 - each of ours is a table, not a view
    return kind.__table__


@cache
def _by_key(kind: type[Base], lock: bool) -> Select[Any]:
    table = _table(kind)
    statement = select(table).where(_key_of(table) == bindparam(_KEY))
    return statement.with_for_update() if lock else statement


@cache
def _by_keys(kind: type[Base], count: int, lock: bool) -> Select[Any]:
    table = _table(kind)
    keys: list[BindParameter[Any]] = [bindparam(f"{_KEY}{number}") for number in range(count)]
    statement = select(table).where(_key_of(table).in_(keys))
    return statement.with_for_update() if lock else statement


@cache
def _insert(kind: type[Base]) -> Insert:
    return insert(_table(kind))


@cache
def _update(kind: type[Base], columns: Sequence[str]) -> Update:
    table = _table(kind)
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    return update(table).where(_key_of(table) == bindparam(_KEY)).values(values)
