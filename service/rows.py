# SPDX-License-Identifier: AGPL-3.0-or-later
"""Single rows by their primary key, asked for and written past the ORM.

A mapped object costs several times the question itself, and filing a report asks for a score of
rows (``make bench``). What is written here is in the database at once; what the ORM still has to
write goes first, so both may be used in one session. Columns are those of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import (
    BindParameter,
    ClauseElement,
    Column,
    CompoundSelect,
    Connection,
    CursorResult,
    Dialect,
    Insert,
    LargeBinary,
    Row,
    Select,
    Table,
    Update,
    bindparam,
    false,
    func,
    insert,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import ReturningInsert

from service.database import CONNECTION, Base, Database

_KEY: Final = "key_"
_AHEAD: Final = "asked ahead"
_SEEN: Final = "seen_"
_BEGINNING: Final = 32
_KEYS_AT_ONCE: Final = 200
_ROWS_AT_ONCE: Final = 60


class _Compiled(NamedTuple):
    """SQL as the driver takes it, the names of its values in their order, each once, and what each
    one's type makes of a value.
    """

    sql: str
    positional: bool
    binds: Sequence[tuple[str, Callable[[Any], Any] | None]]

    def values(self, row: Mapping[str, Any]) -> Any:
        named = [
            (name, row[name] if bind is None else bind(row[name])) for name, bind in self.binds
        ]
        return tuple(value for _, value in named) if self.positional else dict(named)


class Question(NamedTuple):
    """Asks for one value by one ``key``. ``name`` is the key's in the statement; no other question
    has the same.
    """

    statement: Select[Any]
    name: str
    key: Any


def ask(session: Session, *questions: Question) -> list[Any]:
    """The answers, None for a row that is not there; in one go, unless they were asked ahead."""
    ahead: dict[Question, Any] = session.info.get(_AHEAD, {})
    left = [one for one in questions if one not in ahead]
    answers = {**ahead, **_answers(session, left)} if left else ahead
    found = [answers[one] for one in questions]
    for one in questions:
        ahead.pop(one, None)
    return found


def ask_ahead(session: Session, *questions: Question) -> None:
    """Ask what this transaction is going to ``ask``, all in one go. Each answer is given once, and
    as it is now.
    """
    session.info[_AHEAD] = _answers(session, questions)


def _answers(session: Session, questions: Sequence[Question]) -> dict[Question, Any]:
    statement = _all_of(*(one.statement for one in questions))
    values = {one.name: one.key for one in questions}
    row = connection_of(session).execute(statement, values).one()
    return dict(zip(questions, row, strict=True))


def find(session: Session, kind: type[Base], key: Any, *, lock: bool = False) -> Row[Any] | None:
    """The row as it is now; ``lock`` keeps others from it until the transaction ends."""
    return connection_of(session).execute(_by_key(kind, lock), {_KEY: key}).first()


def find_alone(database: Database, column: InstrumentedAttribute[Any], key: Any) -> Any:
    """One column of a row where nothing else is asked, as the driver gives it, at a third of the
    cost of a session; None where there is no such row.
    """
    made = _compiled(_column_by_key(column), database.engine.dialect)
    with database.alone() as connection:
        return connection.exec_driver_sql(made.sql, made.values({_KEY: key})).scalar()


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


class Part(NamedTuple):
    """Rows of a table that have one of ``keys`` in a column: by their primary key, or ``by`` it."""

    kind: type[Base]
    keys: Sequence[Any]
    by: str = ""


Blobs = Sequence[tuple[bytes, bytes]]
"""Primary keys of rows, each with what is sealed in its ``blob``."""


def gather(session: Session, *parts: Part) -> list[Blobs]:
    """The rows of each part, of several tables in one go; in no order that means anything."""
    keys = [key for part in parts for key in part.keys]
    values = {f"{_KEY}{number}": key for number, key in enumerate(keys)}
    statement = _union(*((part.kind, part.by, len(part.keys)) for part in parts))
    found: list[list[tuple[bytes, bytes]]] = [[] for _ in parts]
    for number, key, blob in _send(session, statement, values):
        found[number].append((key, blob))
    return list(found)


def put(session: Session, kind: type[Base], *rows: Mapping[str, Any]) -> None:
    """Enter rows, all with the same columns, those with defaults too. Raises IntegrityError for
    one that is there.
    """
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        _send(session, _insert(kind, tuple(some[0]), len(some)), _numbered(some))


def change(session: Session, kind: type[Base], key: Any, values: Mapping[str, Any]) -> None:
    """Write these columns of a row. Raises NoResultFound where there is none: nothing is lost in
    silence.
    """
    statement = _update(kind, tuple(values))
    if _send(session, statement, {**values, _KEY: key}).rowcount != 1:
        raise NoResultFound


def swap(
    session: Session, kind: type[Base], key: Any, column: str, seen: bytes, blob: bytes
) -> bool:
    """Write ``blob`` into a sealed column that is still as it was ``seen``; whether it was.

    Beginnings are compared: a nonce stands there, so no two blobs have the same.
    """
    values = {column: blob, _KEY: key, _SEEN: seen[:_BEGINNING]}
    return _send(session, _swap(kind, column), values).rowcount == 1


def count_up(session: Session, kind: type[Base], *rows: Mapping[str, Any]) -> list[int]:
    """Enter rows, all with the same columns, whose ``count`` is 1; to those that are there one is
    added. What each counts by now. Whoever counts the same at the same time waits.
    """
    statement = _count_up(kind, connection_of(session).dialect.name, len(rows))
    found: dict[Any, int] = {row[0]: row[1] for row in _send(session, statement, _numbered(rows))}
    (key,) = _table(kind).primary_key.columns.keys()
    return [found[row[key]] for row in rows]


def _send(
    session: Session, statement: ClauseElement, values: Mapping[str, Any]
) -> CursorResult[*tuple[Any, ...]]:
    """Execute what was compiled once. Its answers are as the driver gives them."""
    connection = connection_of(session)
    made = _compiled(statement, connection.dialect)
    return connection.exec_driver_sql(made.sql, made.values(values))


def _numbered(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        f"{name}{number}": value for number, row in enumerate(rows) for name, value in row.items()
    }


@lru_cache(maxsize=256)
def _compiled(statement: ClauseElement, dialect: Dialect) -> _Compiled:
    compiled = cast(SQLCompiler, statement.compile(dialect=dialect))
    names = compiled.positiontup if compiled.positional else list(compiled.binds)
    kinds = {name: compiled.binds[name].type.dialect_impl(dialect) for name in names or ()}
    binds = [(name, kind.bind_processor(dialect)) for name, kind in kinds.items()]
    return _Compiled(str(compiled), compiled.positional, binds)


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
def _union(*parts: tuple[type[Base], str, int]) -> CompoundSelect[Any]:
    selects, begun = [], 0
    for number, (kind, by, count) in enumerate(parts):
        table = _table(kind)
        key = _key_of(table)
        keys: list[BindParameter[Any]] = [bindparam(f"{_KEY}{begun + one}") for one in range(count)]
        here = (table.c[by] if by else key).in_(keys) if keys else false()
        selects.append(select(literal_column(str(number)), key, table.c.blob).where(here))
        begun += count
    return union_all(*selects)


@cache
def _column_by_key(column: InstrumentedAttribute[Any]) -> Select[Any]:
    wanted: Column[Any] = column.property.columns[0]
    return select(wanted).where(_key_of(wanted.table) == bindparam(_KEY))


@cache
def _all_of(*statements: Select[Any]) -> Select[Any]:
    return select(*(one.scalar_subquery() for one in statements))


@cache
def _insert(kind: type[Base], columns: Sequence[str], rows: int) -> Insert:
    table = _table(kind)
    return insert(table).values(_values(table, columns, rows))


def _values(table: Table, columns: Iterable[str], rows: int) -> list[dict[str, Any]]:
    return [
        {name: bindparam(f"{name}{number}", type_=table.c[name].type) for name in columns}
        for number in range(rows)
    ]


@cache
def _count_up(kind: type[Base], dialect: str, rows: int) -> ReturningInsert[Any]:
    table = _table(kind)
    values = _values(table, table.c.keys(), rows)
    more = {"count": table.c["count"] + literal_column("1")}
    columns = _key_of(table), table.c["count"]
    if dialect == "sqlite":
        entered = sqlite.insert(table).values(values)
        return entered.on_conflict_do_update([columns[0]], set_=more).returning(*columns)
    return mysql.insert(table).values(values).on_duplicate_key_update(more).returning(*columns)


@cache
def _update(kind: type[Base], columns: Sequence[str]) -> Update:
    table = _table(kind)
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    return update(table).where(_key_of(table) == bindparam(_KEY)).values(values)


@cache
def _swap(kind: type[Base], column: str) -> Update:
    table = _table(kind)
    beginning = func.substr(table.c[column], literal_column("1"), literal_column(str(_BEGINNING)))
    seen = beginning == bindparam(_SEEN, type_=LargeBinary)
    changed = update(table).where(_key_of(table) == bindparam(_KEY), seen)
    return changed.values({column: bindparam(column)})
