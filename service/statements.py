# SPDX-License-Identifier: AGPL-3.0-or-later
"""The statements of ``service.rows``, each built once and compiled once for a database: doing it
anew costs more than the question. The one place beside ``service.database`` that knows dialects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import (
    BindParameter,
    ClauseElement,
    Column,
    CompoundSelect,
    Dialect,
    Insert,
    LargeBinary,
    Select,
    Table,
    Update,
    bindparam,
    false,
    func,
    insert,
    literal_column,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import ReturningInsert

from service.database import Base

KEY: Final = "key_"
"""Name of a key's value; of several, with their numbers."""
SEEN: Final = "seen_"
BEGINNING: Final = 32
"""Bytes of a blob that ``swap`` compares."""


class Compiled(NamedTuple):
    """SQL as the driver takes it, the names of its values in their order, each once, and what each
    one's type makes of a value.
    """

    sql: str
    positional: bool
    binds: Sequence[tuple[str, Callable[[Any], Any] | None]]

    def values(self, row: Mapping[str, Any]) -> Any:
        """What the driver gets. Raises KeyError for a value that is missing, and ValueError for one
        too many, which would be lost in silence.
        """
        if len(row) > len(self.binds):
            raise ValueError("the statement has no place for a value")
        named = [
            (name, row[name] if bind is None else bind(row[name])) for name, bind in self.binds
        ]
        return tuple(value for _, value in named) if self.positional else dict(named)


@lru_cache(maxsize=256)
def compiled(statement: ClauseElement, dialect: Dialect) -> Compiled:
    """The statement for a database. All of its values are given with each execution: those that are
    always the same must stand in it as ``literal_column``.
    """
    made = cast(SQLCompiler, statement.compile(dialect=dialect))
    names = made.positiontup if made.positional else list(made.binds)
    kinds = {name: made.binds[name].type.dialect_impl(dialect) for name in names or ()}
    binds = [(name, kind.bind_processor(dialect)) for name, kind in kinds.items()]
    return Compiled(str(made), made.positional, binds)


def key_of(table: Table) -> Any:
    """The one column of the primary key."""
    (column,) = table.primary_key.columns
    return column


def table_of(kind: type[Base]) -> Table:
    assert isinstance(kind.__table__, Table)  # noqa: S101 - each of ours is a table, not a view
    return kind.__table__


@cache
def by_key(kind: type[Base], lock: bool) -> Select[Any]:
    """A row; with ``lock`` it is kept from others."""
    table = table_of(kind)
    statement = select(table).where(key_of(table) == bindparam(KEY))
    return statement.with_for_update() if lock else statement


@cache
def union(*shapes: tuple[type[Base], Sequence[None], str, str, bool]) -> CompoundSelect[Any]:
    """Rows of several tables, as ``service.rows.Wanted`` says it, with the number of the shape
    before each. The keys are numbered through all shapes.
    """
    selects, begun = [], 0
    for number, (kind, keys, by, filled, blob) in enumerate(shapes):
        table = table_of(kind)
        key = key_of(table)
        names = [f"{KEY}{begun + one}" for one in range(len(keys))]
        values: list[BindParameter[Any]] = [bindparam(name) for name in names]
        here = [(table.c[by] if by else key).in_(values) if values else false()]
        here += [table.c[filled].is_not(None)] if filled else []
        told = (key, table.c.blob) if blob else (null(), null())
        selects.append(select(literal_column(str(number)), *told).where(*here))
        begun += len(keys)
    return union_all(*selects)


@cache
def column_by_key(column: InstrumentedAttribute[Any]) -> Select[Any]:
    """One column of a row."""
    wanted: Column[Any] = column.property.columns[0]
    return select(wanted).where(key_of(wanted.table) == bindparam(KEY))


@cache
def insertion(kind: type[Base], columns: Sequence[str], rows: int) -> Insert:
    """So many new rows; the values are numbered from 0."""
    table = table_of(kind)
    return insert(table).values(_values(table, columns, rows))


def _values(table: Table, columns: Iterable[str], rows: int) -> list[dict[str, Any]]:
    return [
        {name: bindparam(f"{name}{number}", type_=table.c[name].type) for name in columns}
        for number in range(rows)
    ]


@cache
def counting_up(kind: type[Base], dialect: str, rows: int) -> ReturningInsert[Any]:
    """The same, where a row that is there counts one more; key and count of each."""
    table = table_of(kind)
    values = _values(table, table.c.keys(), rows)
    more = {"count": table.c["count"] + literal_column("1")}
    columns = key_of(table), table.c["count"]
    if dialect == "sqlite":
        entered = sqlite.insert(table).values(values)
        return entered.on_conflict_do_update([columns[0]], set_=more).returning(*columns)
    return mysql.insert(table).values(values).on_duplicate_key_update(more).returning(*columns)


@cache
def change_of(kind: type[Base], columns: Sequence[str]) -> Update:
    """New values for these columns of a row."""
    table = table_of(kind)
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    return update(table).where(key_of(table) == bindparam(KEY)).values(values)


@cache
def swap_of(kind: type[Base], column: str) -> Update:
    """The same for one column that begins as it was ``SEEN``."""
    table = table_of(kind)
    beginning = func.substr(table.c[column], literal_column("1"), literal_column(str(BEGINNING)))
    seen = beginning == bindparam(SEEN, type_=LargeBinary)
    changed = update(table).where(key_of(table) == bindparam(KEY), seen)
    return changed.values({column: bindparam(column)})
