# SPDX-License-Identifier: AGPL-3.0-or-later
"""Single rows by their primary key, asked for and written past the ORM.

A mapped object costs several times the question itself, and filing a report asks for a score of
rows (``make bench``). What is written here is in the database at once; what the ORM still has to
write goes first, so both may be used in one session. Columns are those of the table.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Connection,
    Insert,
    LargeBinary,
    Row,
    Select,
    Table,
    Update,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from service.database import CONNECTION, Base, Database

_KEY: Final = "key_"
_SEEN: Final = "seen_"
_BEGINNING: Final = 32
_KEYS_AT_ONCE: Final = 200


@dataclass(frozen=True)
class Question:
    """Asks for one value by ``values``, whose names no other question of a room has."""

    statement: Select[Any]
    values: Mapping[str, Any]


def ask(session: Session, *questions: Question) -> Row[Any]:
    """The answers to several questions at once, None for a row that is not there."""
    values = {name: value for one in questions for name, value in one.values.items()}
    statement = _all_of(*(one.statement for one in questions))
    return connection_of(session).execute(statement, values).one()


def find(session: Session, kind: type[Base], key: Any, *, lock: bool = False) -> Row[Any] | None:
    """The row as it is now; ``lock`` keeps others from it until the transaction ends."""
    return connection_of(session).execute(_by_key(kind, lock), {_KEY: key}).first()


def find_alone(database: Database, kind: type[Base], key: Any) -> Row[Any] | None:
    """The same where nothing else is asked, at half the cost of a session."""
    with database.engine.connect() as connection:
        return connection.execute(_by_key(kind, False), {_KEY: key}).first()


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


def swap(
    session: Session, kind: type[Base], key: Any, column: str, seen: bytes, blob: bytes
) -> bool:
    """Write ``blob`` into a sealed column that is still as it was ``seen``; whether it was.

    Beginnings are compared: a nonce stands there, so no two blobs have the same.
    """
    values = {column: blob, _KEY: key, _SEEN: seen[:_BEGINNING]}
    return connection_of(session).execute(_swap(kind, column), values).rowcount == 1


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
def _all_of(*statements: Select[Any]) -> Select[Any]:
    return select(*(one.scalar_subquery() for one in statements))


@cache
def _insert(kind: type[Base]) -> Insert:
    return insert(_table(kind))


@cache
def _update(kind: type[Base], columns: Sequence[str]) -> Update:
    table = _table(kind)
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    return update(table).where(_key_of(table) == bindparam(_KEY)).values(values)


@cache
def _swap(kind: type[Base], column: str) -> Update:
    table = _table(kind)
    beginning = func.substr(table.c[column], 1, _BEGINNING)
    seen = beginning == bindparam(_SEEN, type_=LargeBinary)
    changed = update(table).where(_key_of(table) == bindparam(_KEY), seen)
    return changed.values({column: bindparam(column)})
