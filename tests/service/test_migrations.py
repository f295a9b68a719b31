# SPDX-License-Identifier: AGPL-3.0-or-later
"""The schema goes up and down with data in it, and up is what the models say."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, insert, inspect, select

from service.database import Bytes, Database
from service.migrations.state import (
    DatabaseIsNewer,
    DatabaseNotMigrated,
    alembic_config,
    current_revision,
    downgrade,
    newest_revisions,
    require_current,
    upgrade,
)
from service.migrations.tables import all_tables
from tests.fixtures_mariadb import MariaDB


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.sqlite'}")
        yield database
        database.dispose()
        return
    server: MariaDB = request.getfixturevalue("mariadb")
    url = server.new_database("migrations")
    database = Database(url)
    yield database
    database.dispose()
    server.drop_database(url)


def fill(database: Database) -> dict[str, int]:
    """One row in each table, of whatever its columns take."""
    values: dict[type, object] = {str: "x", int: 1, date: date(2026, 5, 3)}
    with database.engine.begin() as connection:
        for table in all_tables().sorted_tables:
            row = {}
            for column in table.columns:
                plain = isinstance(column.type, Bytes)
                row[column.name] = b"x" * 4 if plain else values[column.type.python_type]
            connection.execute(insert(table).values(row))
    return counts(database)


def counts(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in all_tables().sorted_tables
        }


def test_upgrading_gives_the_tables_of_the_models(empty: Database) -> None:
    upgrade(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, all_tables()) == []


def test_upgrading_twice_keeps_every_row(empty: Database) -> None:
    upgrade(empty)
    before = fill(empty)
    upgrade(empty)
    assert counts(empty) == before
    require_current(empty)


def test_going_down_with_data_leaves_nothing_and_up_works_again(empty: Database) -> None:
    upgrade(empty)
    fill(empty)
    downgrade(empty, "base")
    assert set(inspect(empty.engine).get_table_names()) <= {"alembic_version"}
    upgrade(empty)
    require_current(empty)


def test_an_empty_database_is_refused(empty: Database) -> None:
    with pytest.raises(DatabaseNotMigrated):
        require_current(empty)


def test_the_database_of_a_newer_version_is_refused_and_the_way_out_is_named(
    empty: Database,
) -> None:
    """Upgrading by this version would not help: it does not know the way."""
    upgrade(empty)
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    for act in (require_current, upgrade):
        with pytest.raises(DatabaseIsNewer, match="newer version"):
            act(empty)


def test_what_alembic_knows_is_told_without_it(empty: Database) -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert newest_revisions() == frozenset(scripts.get_heads())
    assert current_revision(empty) is None
    for script in reversed(list(scripts.walk_revisions())):
        upgrade(empty, script.revision)
        with empty.engine.connect() as connection:
            heads = MigrationContext.configure(connection).get_current_heads()
        assert heads == (current_revision(empty),) == (script.revision,)


def test_a_process_that_starts_does_not_load_alembic() -> None:
    code = "import sys, service.app, service.worker.commands; assert 'alembic' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
