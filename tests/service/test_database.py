# SPDX-License-Identifier: AGPL-3.0-or-later
"""Transactions that are begun anew, and moments that stay what they were."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.database import Collision, Database
from service.desks.models import DeskRow
from service.migrations.tables import all_tables
from service.services import Services
from tests.fixtures_mariadb import MariaDB

LEFT, RIGHT = "left", "right"


@pytest.fixture
def two_rows(mariadb: MariaDB) -> Iterator[Database]:
    """A MariaDB database with two rows that transactions can lock in either order."""
    database = Database(mariadb.emptied(all_tables()))
    with database.write() as session:
        session.add_all([DeskRow(key=LEFT, version=0), DeskRow(key=RIGHT, version=0)])
    yield database
    database.dispose()


def lock(session: Session, key: str) -> DeskRow:
    return session.get_one(DeskRow, key, with_for_update=True)


@pytest.mark.mariadb
def test_transaction_that_was_ended_to_untie_a_deadlock_is_begun_anew(two_rows: Database) -> None:
    both_hold_one = threading.Barrier(2, timeout=30)
    tries = {LEFT: 0, RIGHT: 0}
    faults: list[BaseException] = []

    def count_up(first: str, second: str) -> None:
        def do(session: Session) -> None:
            tries[first] += 1
            lock(session, first)
            if tries[first] == 1:
                both_hold_one.wait()
            for key in (first, second):
                lock(session, key).version += 1

        try:
            two_rows.write_anew(do)
        except BaseException as fault:  # noqa: BLE001 - it is looked at below
            faults.append(fault)

    threads = [
        threading.Thread(target=count_up, args=order) for order in ((LEFT, RIGHT), (RIGHT, LEFT))
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)

    assert faults == []
    assert sum(tries.values()) == 3
    with two_rows.read() as session:
        assert set(session.scalars(select(DeskRow.version))) == {2}


def test_other_errors_are_raised_at_once(services: Services) -> None:
    tries = []

    def do(session: Session) -> None:
        tries.append(1)
        session.connection().exec_driver_sql("SELECT * FROM no_such_table")

    with pytest.raises(Exception, match="no_such_table"):
        services.database.write_anew(do)
    assert len(tries) == 1


def test_transaction_that_came_too_late_is_undone_and_begun_anew(services: Services) -> None:
    tries = []

    def do(session: Session) -> None:
        tries.append(1)
        session.add(DeskRow(key=f"try {len(tries)}", version=0))
        session.flush()
        if len(tries) == 1:
            raise Collision

    services.database.write_anew(do)

    with services.database.read() as session:
        written = session.scalars(select(DeskRow.key).where(DeskRow.key.startswith("try"))).all()
        assert written == ["try 2"]


def connection_id(database: Database) -> int:
    with database.read() as session:
        return session.scalar(text("SELECT CONNECTION_ID()")) or 0


def close_at_the_server(database: Database) -> None:
    """The pool's only connection, by another."""
    other = Database(database.url)
    with other.engine.connect() as connection:
        connection.exec_driver_sql(f"KILL {connection_id(database)}")
    other.dispose()


@pytest.mark.mariadb
def test_connection_that_was_closed_while_it_idled_is_replaced(
    two_rows: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.database._FRESH_S", 0)
    before = connection_id(two_rows)
    close_at_the_server(two_rows)

    assert connection_id(two_rows) != before


@pytest.mark.mariadb
def test_connection_that_was_closed_a_moment_after_its_use_fails_once(
    two_rows: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.database._FRESH_S", 3600)
    before = connection_id(two_rows)
    close_at_the_server(two_rows)

    with pytest.raises(OperationalError):
        connection_id(two_rows)
    assert connection_id(two_rows) != before


def test_new_file_that_another_one_opens_just_now_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by web and worker that are started together: SQLite itself does not wait for that."""
    file = tmp_path / "new.sqlite"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waited: list[float] = []

    def until_it_is_done(seconds: float) -> None:
        waited.append(seconds)
        other.execute("ROLLBACK")

    monkeypatch.setattr("service.database.time.sleep", until_it_is_done)
    database = Database(f"sqlite:///{file}")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    database.dispose()
    other.close()
    assert len(waited) == 1


def test_failed_transaction_leaves_nothing(services: Services) -> None:
    def do(session: Session) -> None:
        session.add(DeskRow(key="new", version=0))
        session.flush()
        raise OperationalError("", {}, Exception())

    with pytest.raises(OperationalError):
        services.database.write_anew(do)
    with services.database.read() as session:
        assert session.get(DeskRow, "new") is None


def test_snapshot_does_not_see_what_is_written_meanwhile(services: Services) -> None:
    keys = select(DeskRow.key)
    with services.database.snapshot() as connection:
        before = set(connection.scalars(keys))
        with services.database.write() as session:
            session.add(DeskRow(key="new", version=0))
        assert set(connection.scalars(keys)) == before
    with services.database.read() as session:
        assert set(session.scalars(keys)) == before | {"new"}
