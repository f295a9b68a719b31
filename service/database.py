# SPDX-License-Identifier: AGPL-3.0-or-later
"""The database: one base, two kinds of columns, and transactions that say whether they write.

Every column is either *sealed* (AES-256-GCM under the environment's keys, see
``service.sealing.at_rest``) or *public* with a reason; a test walks the metadata and refuses
a third kind. SQLite (WAL) is the embedded default, MariaDB is production; nothing here or in
the features may know which one it is, apart from this file and ``service.statements``.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import (
    URL,
    Engine,
    LargeBinary,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects.mysql import LONGBLOB, VARBINARY
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, MappedColumn, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeEngine

from service.sealing.at_rest import OVERHEAD

_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

# What every table is created with: random primary keys are stored in key order, so the order
# of the rows does not tell the order of the filings.
TABLE_OPTIONS: Final[dict[str, Any]] = {
    "sqlite_with_rowid": False,
    "mariadb_engine": "InnoDB",
    "mariadb_charset": "utf8mb4",
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
}

PASSING_TABLE: Final[dict[str, Any]] = {**TABLE_OPTIONS, "info": {"passing": True}}
"""For rows that are of use for days at most (sessions, the queue, counters): no backup has them."""

_LARGEST_VARBINARY: Final = 16_384
_DEADLOCK: Final = 1213
_TRIES: Final = 6
_TURNS: Final = 60  # with each collision another one got through: a quota is 50 at most
_SQLITE_PATIENCE_S: Final = 30
_FRESH_S: Final = 1
_used: Final[WeakKeyDictionary[Any, float]] = WeakKeyDictionary()

CONNECTION: Final = "connection"
"""Where a writing session has its connection: asking it for it anew costs as much as a row."""

COMMITTED: Final = "committed"
"""Where a writing session says that what was written in it stays."""

_Done = TypeVar("_Done")


class Collision(Exception):
    """Another transaction was faster: this one is to begin anew, and finds what that one wrote."""


class Base(DeclarativeBase):
    """All tables of the service."""

    metadata = MetaData(naming_convention=_NAMES)


class Bytes(TypeDecorator[bytes]):
    """At most ``size`` bytes: VARBINARY on MariaDB while that fits a row, LONGBLOB beyond."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name in {"mysql", "mariadb"}:
            wide = self.size > _LARGEST_VARBINARY
            return dialect.type_descriptor(LONGBLOB() if wide else VARBINARY(self.size))
        return dialect.type_descriptor(LargeBinary(self.size))


def public(
    type_: TypeEngine[Any] | type[TypeEngine[Any]], reason: str, **arguments: Any
) -> MappedColumn[Any]:
    """A column that whoever holds the database can read. ``reason`` says why that is no harm."""
    return mapped_column(type_, info={"public": reason}, **arguments)


def label(reason: str, size: int = 32, **arguments: Any) -> MappedColumn[Any]:
    """A public column of random-looking bytes: a random id, a hash or an HMAC of ``size`` bytes."""
    return public(Bytes(size), reason, **arguments)


def sealed(size: int, **arguments: Any) -> MappedColumn[bytes]:
    """A column of exactly ``size`` bytes of padded plaintext, sealed at rest."""
    return mapped_column(Bytes(size + OVERHEAD), info={"sealed": size}, **arguments)


def sealed_file(most: int, **arguments: Any) -> MappedColumn[bytes]:
    """A column for age files of up to ``most`` bytes: padded when made, here sealed once more."""
    return mapped_column(Bytes(most + OVERHEAD), info={"sealed": None}, **arguments)


class Database:
    """An engine and the two kinds of transactions that the features use."""

    def __init__(self, url: str | URL) -> None:
        self.url = make_url(url)
        self.engine = _engine(self.url)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads; it is rolled back at the end."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: commits at the end, rolls back on any error.

        On SQLite it takes the write lock at once (``BEGIN IMMEDIATE``): a transaction that reads
        first and then wants to write would otherwise be refused when another one came between.
        """
        with (
            self.engine.connect().execution_options(cs_begin="BEGIN IMMEDIATE") as connection,
            Session(connection, expire_on_commit=False) as session,
        ):
            session.info[CONNECTION] = session.connection()
            yield session
            session.commit()
            session.info[COMMITTED] = True

    def write_anew(self, do: Callable[[Session], _Done]) -> _Done:
        """``do`` in a transaction, begun anew when MariaDB ended it to untie a deadlock, and when
        another one was faster to make or to change the same row, which is found then.
        """
        tries = turns = 0
        while True:
            try:
                with self.write() as session:
                    return do(session)
            except Collision:
                turns += 1
                if turns == _TURNS:
                    raise
            except IntegrityError:
                tries += 1
                if tries == _TRIES:
                    raise
            except OperationalError as error:
                tries += 1
                untied = error.orig is not None and error.orig.args[:1] == (_DEADLOCK,)
                if tries == _TRIES or not untied:
                    raise

    def alone(self) -> Connection:
        """A connection for one question, which is a transaction by itself. To be closed."""
        return self.engine.connect().execution_options(cs_begin=None)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection that sees one moment of the whole database, for as long as it reads."""
        if self._is_sqlite:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
                yield connection
            return
        # Not as the engine's other transactions: those see what others commit meanwhile.
        with self.engine.connect().execution_options(
            isolation_level="REPEATABLE READ"
        ) as connection:
            connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT")
            yield connection

    def forget_pages(self) -> bool:
        """Cut SQLite's journal to nothing: it keeps copies of pages as they were before something
        was erased. False when somebody reads or writes just now; ask again later.
        """
        if not self._is_sqlite:
            return True
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout = 200")
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            cursor.execute(f"PRAGMA busy_timeout = {_SQLITE_PATIENCE_S * 1000}")
        finally:
            connection.close()
        return not busy

    @property
    def _is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def dispose(self) -> None:
        self.engine.dispose()


def _connect_options(url: URL) -> dict[str, Any]:
    """What the driver is told beyond the address. An address may name another charset; it is not
    taken.
    """
    if url.get_backend_name() == "sqlite":
        return {"timeout": _SQLITE_PATIENCE_S}
    return {
        "charset": "utf8mb4",
        "connect_timeout": 5,
        "read_timeout": 60,
        "write_timeout": 60,
    }


def _engine(url: URL) -> Engine:
    options = _connect_options(url)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args=options)
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        # ToolsDB closes connections that idle; a replica keeps none for longer than this.
        pool_recycle=280,
        connect_args=options,
    )
    _ping_after_idling(engine)
    return engine


def _ping_after_idling(engine: Engine) -> None:
    """A connection that was in use within the last second is not asked whether it lives: a request
    takes one several times, and each time the answer would cost as much as a row.
    """
    dialect = engine.dialect
    ping = partial(type(dialect).do_ping, dialect)  # the class's: engines may share a dialect

    def remember(connection: Any, _record: ConnectionPoolEntry) -> None:
        if connection is not None:
            _used[connection] = time.monotonic()

    def ping_idle(connection: DBAPIConnection) -> bool:
        return time.monotonic() - _used.get(connection, -_FRESH_S) < _FRESH_S or ping(connection)

    event.listen(engine, "checkin", remember)
    dialect.do_ping = ping_idle  # type: ignore[method-assign, assignment]  # the hook that pre_ping has


def _sqlite_connect(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: _sqlite_begin does, and says which kind.
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in (
        "synchronous=FULL",  # an acknowledged report survives a power cut
        "foreign_keys=ON",
        "secure_delete=ON",  # what is withdrawn is overwritten, not only unlinked
        "temp_store=MEMORY",
        "cache_size=-1000",  # KiB for each connection: a web process has one for each thread
    ):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Of two that open a new file at once SQLite refuses one, which does not wait by itself."""
    end = time.monotonic() + _SQLITE_PATIENCE_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


def _sqlite_begin(connection: Connection) -> None:
    begin = connection.get_execution_options().get("cs_begin", "BEGIN")
    if begin is not None:
        connection.exec_driver_sql(begin)
