# SPDX-License-Identifier: AGPL-3.0-or-later
"""Single rows by their primary key, asked for and written past the ORM.

A mapped object costs several times the question itself, and filing a report asks for a score of
rows (``make bench``). What is written here is in the database at once; what the ORM still has to
write goes first, so both may be used in one session. Columns are those of the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ClauseElement, Connection, CursorResult, Row
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.database import CONNECTION, Base, Database
from service.statements import (
    BEGINNING,
    KEY,
    SEEN,
    by_key,
    change_of,
    column_by_key,
    compiled,
    counting_up,
    insertion,
    swap_of,
    table_of,
    union,
)

_AHEAD: Final = "asked ahead"
_ROWS_AT_ONCE: Final = 60


Blobs = Sequence[tuple[bytes, bytes]]
"""Primary keys of rows, each with what is sealed in its ``blob``."""


class Wanted(NamedTuple):
    """Rows of a table that have one of ``keys`` in a column (``by``; "": the primary key), and
    something in the column ``filled``. Without ``blob`` it is only asked how many there are.
    """

    kind: type[Base]
    keys: tuple[Any, ...]
    by: str = ""
    filled: str = ""
    blob: bool = True


def ask(session: Session, *wanted: Wanted) -> list[Blobs]:
    """The rows of each, in no order that means anything: all in one go, unless asked ahead."""
    ahead: dict[Wanted, Blobs] = session.info.get(_AHEAD, {})
    left = [one for one in wanted if one not in ahead]
    answers = {**ahead, **_answers(session, left)} if left else ahead
    found = [answers[one] for one in wanted]
    for one in wanted:
        ahead.pop(one, None)
    return found


def ask_ahead(session: Session, *wanted: Wanted) -> None:
    """Ask what this transaction is going to ``ask``, all in one go. Each answer is given once, and
    as it is now.
    """
    session.info[_AHEAD] = _answers(session, wanted)


def _answers(session: Session, wanted: Sequence[Wanted]) -> dict[Wanted, Blobs]:
    keys = [key for one in wanted for key in one.keys]
    values = {f"{KEY}{number}": key for number, key in enumerate(keys)}
    statement = union(*(one._replace(keys=(None,) * len(one.keys)) for one in wanted))
    found: list[list[tuple[bytes, bytes]]] = [[] for _ in wanted]
    for number, key, blob in _send(session, statement, values):
        found[number].append((key, blob))
    return dict(zip(wanted, found, strict=True))


def find(session: Session, kind: type[Base], key: Any, *, lock: bool = False) -> Row[Any] | None:
    """The row as it is now; ``lock`` keeps others from it until the transaction ends."""
    return connection_of(session).execute(by_key(kind, lock), {KEY: key}).first()


def find_alone(database: Database, column: InstrumentedAttribute[Any], key: Any) -> Any:
    """One column of a row where nothing else is asked, as the driver gives it, at a third of the
    cost of a session; None where there is no such row.
    """
    made = compiled(column_by_key(column), database.engine.dialect)
    with database.alone() as connection:
        return connection.exec_driver_sql(made.sql, made.values({KEY: key})).scalar()


def put(session: Session, kind: type[Base], *rows: Mapping[str, Any]) -> None:
    """Enter rows, all with the same columns, those with defaults too. Raises IntegrityError for
    one that is there.
    """
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        _send(session, insertion(kind, tuple(some[0]), len(some)), _numbered(some))


def change(session: Session, kind: type[Base], key: Any, values: Mapping[str, Any]) -> None:
    """Write these columns of a row. Raises NoResultFound where there is none: nothing is lost in
    silence.
    """
    statement = change_of(kind, tuple(values))
    if _send(session, statement, {**values, KEY: key}).rowcount != 1:
        raise NoResultFound


def swap(
    session: Session, kind: type[Base], key: Any, column: str, seen: bytes, blob: bytes
) -> bool:
    """Write ``blob`` into a sealed column that is still as it was ``seen``; whether it was.

    Beginnings are compared: a nonce stands there, so no two blobs have the same.
    """
    values = {column: blob, KEY: key, SEEN: seen[:BEGINNING]}
    return _send(session, swap_of(kind, column), values).rowcount == 1


def count_up(session: Session, kind: type[Base], *rows: Mapping[str, Any]) -> list[int]:
    """Enter rows, all with the same columns, whose ``count`` is 1; to those that are there one is
    added. What each counts by now. Whoever counts the same at the same time waits.
    """
    statement = counting_up(kind, connection_of(session).dialect.name, len(rows))
    found: dict[Any, int] = {row[0]: row[1] for row in _send(session, statement, _numbered(rows))}
    (key,) = table_of(kind).primary_key.columns.keys()
    return [found[row[key]] for row in rows]


def _send(
    session: Session, statement: ClauseElement, values: Mapping[str, Any]
) -> CursorResult[*tuple[Any, ...]]:
    """Execute what was compiled once. Its answers are as the driver gives them."""
    connection = connection_of(session)
    made = compiled(statement, connection.dialect)
    return connection.exec_driver_sql(made.sql, made.values(values))


def _numbered(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        f"{name}{number}": value for number, row in enumerate(rows) for name, value in row.items()
    }


def connection_of(session: Session) -> Connection:
    """The session's connection, once the ORM has written what it still had to."""
    session.flush()
    known: Connection | None = session.info.get(CONNECTION)
    return known or session.connection()
