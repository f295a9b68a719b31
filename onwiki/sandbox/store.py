# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sandbox's memory: one SQLite file (WAL), so that a second start finds everything again."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from onwiki.sandbox.schema import SCHEMA_VERSION, TABLES
from onwiki.sandbox.wikis import WIKIS


class SandboxDataError(RuntimeError):
    """The data folder was written by another version of the sandbox; clear it."""


class SandboxClock:
    """The wiki's idea of the time in UTC; ``ahead`` ages tokens without waiting."""

    def __init__(self, source: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._source = source
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return self._source() + self.ahead


def stamp(moment: datetime) -> str:
    """A time as the Action API writes it: ``2026-11-22T07:33:26Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Store:
    """Opens the database for one piece of work at a time.

    Every ``reading`` or ``writing`` block gets a connection of its own: requests run on threads,
    and a test may look into the same file from another process.
    """

    def __init__(self, path: Path, clock: SandboxClock | None = None) -> None:
        self.path = path
        self.clock = clock or SandboxClock()
        self._create = threading.Lock()
        with self._create:
            self._prepare()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for queries; nothing written in it is kept."""
        with self._connected() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, taken at once so that two writers queue instead of failing."""
        with self._connected() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def now(self) -> str:
        return stamp(self.clock())

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA foreign_keys=ON")
            db.execute("PRAGMA synchronous=NORMAL")
            yield db
        finally:
            db.close()

    def _prepare(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._connected() as db:
            db.execute("PRAGMA journal_mode=WAL")
            (version,) = db.execute("PRAGMA user_version").fetchone()
        if version == SCHEMA_VERSION:
            return
        if version:
            raise SandboxDataError(
                f"{self.path.name} has schema {version}, not {SCHEMA_VERSION}; "
                "delete the data folder"
            )
        with self.writing() as db:
            for statement in TABLES.split(";"):
                db.execute(statement)
            db.executemany(
                "INSERT INTO wiki_state (wiki) VALUES (?)", [(wiki.dbname,) for wiki in WIKIS]
            )
            db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def next_id(db: sqlite3.Connection, table: str, wiki: str) -> int:
    """The next number of a per-wiki sequence. ``table`` is one of the sandbox's own names."""
    row = db.execute(
        f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table} WHERE wiki = ?",  # noqa: S608
        (wiki,),
    ).fetchone()
    return int(row[0])
