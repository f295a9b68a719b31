# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every step of the schema, up and down, with rows of every age, while others write."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import Column, MetaData, Table, func, insert, inspect, select, text
from sqlalchemy.types import Date, Integer, LargeBinary, String

from service.cli import main
from service.database import Database
from service.migrations.state import (
    alembic_config,
    current_revision,
    downgrade,
    require_current,
    upgrade,
)
from tests.fixtures_mariadb import MariaDB

LONGER_THAN_BLOB = 70_000
"""Bytes. A BLOB of MariaDB ends at 65,535."""


def revisions() -> list[str]:
    """The first one first."""
    script = ScriptDirectory.from_config(alembic_config())
    return [one.revision for one in script.walk_revisions()][::-1]


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.sqlite'}")
        yield database
        database.dispose()
        return
    server: MariaDB = request.getfixturevalue("mariadb")
    url = server.new_database("steps")
    database = Database(url)
    yield database
    database.dispose()
    server.drop_database(url)


@dataclass(frozen=True)
class Row:
    """A row as it was written at some revision."""

    table: str
    key: dict[str, Any]
    values: dict[str, Any]


def tables_of(database: Database) -> dict[str, Table]:
    """What is in the database now, by name."""
    found = MetaData()
    found.reflect(database.engine)
    return {name: table for name, table in found.tables.items() if name != "alembic_version"}


def value_for(column: Column[Any], revision: str) -> object:
    """The longest value that the column takes, different at every revision."""
    match column.type:
        case Date():
            return date(2026, 5, 3)
        case Integer():
            return int(revision)
        case LargeBinary() as binary:
            length = binary.length or (32 if column.primary_key else LONGER_THAN_BLOB)
        case String() as string:
            length = string.length or 16
        case other:
            length = getattr(other, "length", None) or 16
    filled = (revision * length)[:length]
    return filled if isinstance(column.type, String) else filled.encode()


def add_rows(database: Database, tables: dict[str, Table], revision: str) -> list[Row]:
    """One row in each table."""
    rows = []
    with database.engine.begin() as connection:
        for name, table in tables.items():
            values = {column.name: value_for(column, revision) for column in table.columns}
            connection.execute(insert(table).values(values))
            key = {column.name: values[column.name] for column in table.primary_key}
            rows.append(Row(name, key, values))
    return rows


def lost(database: Database, tables: dict[str, Table], rows: list[Row]) -> list[str]:
    """What of the rows is not there any more, though the schema of now knows it."""
    missing = []
    with database.engine.connect() as connection:
        for row in rows:
            table = tables.get(row.table)
            if table is None:
                continue
            where = [table.columns[name] == value for name, value in row.key.items()]
            found = connection.execute(select(table).where(*where)).mappings().one_or_none()
            if found is None:
                missing.append(f"{row.table}: a row")
                continue
            missing += [
                f"{row.table}.{name}"
                for name, value in row.values.items()
                if name in found and found[name] != value
            ]
        for name, table in tables.items():
            count = connection.scalar(select(func.count()).select_from(table))
            if count != sum(row.table == name for row in rows):
                missing.append(f"{name}: {count} rows")
    return missing


def test_rows_of_every_revision_survive_the_way_up_and_down(empty: Database) -> None:
    rows: list[Row] = []
    for revision in revisions():
        upgrade(empty, revision)
        known = tables_of(empty)
        assert lost(empty, known, rows) == []
        rows += add_rows(empty, known, revision)
    require_current(empty)
    assert lost(empty, known, rows) == []

    for revision in revisions()[-2::-1]:
        downgrade(empty, revision)
        known = tables_of(empty)
        rows = [row for row in rows if row.table in known]
        assert lost(empty, known, rows) == []
        assert current_revision(empty) == revision

    upgrade(empty)
    require_current(empty)
    assert lost(empty, known, rows) == []


def test_a_lost_value_would_be_seen(empty: Database) -> None:
    upgrade(empty, "0001")
    known = tables_of(empty)
    rows = add_rows(empty, known, "0001")
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE box SET `blob` = 'x'"))
        connection.execute(text("DELETE FROM part"))

    assert set(lost(empty, known, rows)) == {"box.blob", "part: a row", "part: 0 rows"}


def test_others_write_while_the_schema_goes_up_and_down(empty: Database) -> None:
    """A process of the older version goes on: it knows the columns of then."""
    first, *later = revisions()
    upgrade(empty, first)
    stop, wrote, faults = threading.Event(), [0], []
    statement = text("INSERT INTO box (label, `blob`) VALUES (:label, :blob)")

    def write() -> None:
        try:
            while not stop.is_set():
                with empty.write() as session:
                    values = {"label": wrote[0].to_bytes(32, "big"), "blob": b"sealed"}
                    session.connection().execute(statement, values)
                wrote[0] += 1
        except Exception as fault:  # noqa: BLE001 - it is looked at below
            faults.append(fault)

    writer = threading.Thread(target=write)
    writer.start()
    for revision in later:
        upgrade(empty, revision)
    downgrade(empty, first)
    stop.set()
    writer.join(60)

    assert faults == []
    assert wrote[0] > 0
    with empty.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM box")) == wrote[0]


def test_two_upgrades_at_once_are_one(empty: Database, environ: dict[str, str]) -> None:
    """As two replicas that are deployed together: processes, since Alembic has globals."""
    url = empty.url.render_as_string(hide_password=False)
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "service.cli", "db", "upgrade"],
            cwd=Path(__file__).parents[2],
            env={**os.environ, **environ, "CS_DATABASE_URL": url},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [one.communicate(timeout=120)[1] for one in both]

    assert [one.returncode for one in both] == [0, 0], said
    require_current(empty)


@pytest.mark.mariadb
def test_tables_and_connections_speak_utf8mb4(mariadb: MariaDB) -> None:
    """Whatever the database was made with: ToolsDB's default has been another one."""
    url = mariadb.new_database("letters")
    database = Database(url.update_query_dict({"charset": "latin1"}))
    with database.engine.begin() as connection:
        connection.execute(text(f"ALTER DATABASE `{url.database}` CHARACTER SET latin1"))
    upgrade(database)
    with database.engine.connect() as connection:
        tables = connection.execute(
            text(
                "SELECT table_name, table_collation FROM information_schema.tables "
                "WHERE table_schema = DATABASE() AND table_name != 'alembic_version'"
            )
        ).all()
        spoken = connection.scalar(text("SELECT @@character_set_connection"))
    assert {name: how for name, how in tables if not how.startswith("utf8mb4")} == {}
    assert tables
    assert spoken == "utf8mb4"
    database.dispose()
    mariadb.drop_database(url)


def test_idle_connections_are_tested_and_replaced() -> None:
    """ToolsDB closes what idles for five minutes."""
    database = Database("mariadb+pymysql://someone:word@127.0.0.1:1/support")

    assert database.engine.pool._pre_ping
    assert 0 < database.engine.pool._recycle < 300
    database.dispose()


def test_command_goes_down_and_says_where_it_is(environ: dict[str, str]) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["db", *arguments], env=environ)
        return done.exit_code, done.output

    newest = revisions()[-1]
    assert run("upgrade")[0] == 0
    assert run("show") == (0, f"The database is at {newest}; wanted is {newest}.\n")
    assert run("downgrade", "0001") == (0, "The database is at revision 0001.\n")
    assert run("downgrade", "nonsense")[0] == 1
    status, output = run("downgrade", "base")
    assert (status, "--erase-everything" in output) == (1, True)
    assert run("downgrade", "base", "--erase-everything")[0] == 0
    database = Database(environ["CS_DATABASE_URL"])
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    database.dispose()
