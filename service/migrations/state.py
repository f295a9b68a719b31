# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bring a database to the newest schema, and tell whether it is there.

Every process asks the second at its start, few do the first: Alembic, which takes a tenth of a
process's memory and of its start, is loaded only for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect

from service.database import Database

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

CONNECTION: Final = "connection"
"""Key under which the migrations' env.py finds the connection."""

_PATIENCE_S: Final = 50
"""Shorter than the driver waits for any answer."""

_HERE: Final = Path(__file__).parent
_TABLE: Final = "alembic_version"
_REVISION: Final = re.compile(r'^(down_)?revision\b.*= "(\w+)"$', re.MULTILINE)


class DatabaseNotMigrated(Exception):
    """The database has not the schema of this version of the tool."""

    def __init__(
        self, why: str = "has not this version's tables: run community-support db upgrade"
    ) -> None:
        super().__init__(f"the database {why}")


class DatabaseIsNewer(DatabaseNotMigrated):
    """The database has the schema of a version that this one does not know."""

    def __init__(self) -> None:
        super().__init__(
            "was changed by a newer version of the tool: run that one, or its"
            " community-support db downgrade"
        )


class MigrationUnderWay(Exception):
    """Another process is changing the schema."""

    def __init__(self) -> None:
        super().__init__("another process is changing the schema; try again when it is done")


def alembic_config() -> AlembicConfig:
    """Alembic's settings, in code: nothing depends on the working directory."""
    from alembic.config import Config as AlembicConfig  # noqa: PLC0415 - see above

    config = AlembicConfig()
    config.set_main_option("script_location", str(_HERE))
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to ``revision``, while others go on working with it. Raises
    DatabaseIsNewer.
    """
    if not _found(database) <= _revisions():
        raise DatabaseIsNewer
    from alembic import command  # noqa: PLC0415 - see above

    with _migrating(database) as config:
        command.upgrade(config, revision)


def downgrade(database: Database, revision: str) -> None:
    """Bring the database back to ``revision`` (``base``: nothing left)."""
    from alembic import command  # noqa: PLC0415 - see above

    with _migrating(database) as config:
        command.downgrade(config, revision)


@contextmanager
def _migrating(database: Database) -> Iterator[AlembicConfig]:
    """One migration at a time: SQLite takes its write lock before anything is read, MariaDB a lock
    by name, since each change of a table there is a transaction of its own.
    """
    config = alembic_config()
    with (
        database.engine.connect().execution_options(cs_begin="BEGIN IMMEDIATE") as connection,
        _alone(connection),
    ):
        config.attributes[CONNECTION] = connection
        yield config
        connection.commit()


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Hold the lock by name. Raises MigrationUnderWay when another process keeps it too long."""
    if connection.dialect.name == "sqlite":
        yield
        return
    name = "CONCAT(DATABASE(), '.migration')"
    if connection.exec_driver_sql(f"SELECT GET_LOCK({name}, {_PATIENCE_S})").scalar() != 1:
        raise MigrationUnderWay
    try:
        yield
    finally:
        # The connection goes back to the pool, and would keep it.
        connection.exec_driver_sql(f"SELECT RELEASE_LOCK({name})")


def current_revision(database: Database) -> str | None:
    """The revision that the database is at; None for one without any table of ours."""
    return max(_found(database), default=None)


@cache
def newest_revisions() -> frozenset[str]:
    """The revisions of this version of the tool; one, unless a branch was left open."""
    return _revisions() - _revisions(before=True)


@cache
def _revisions(*, before: bool = False) -> frozenset[str]:
    """All that this version knows; ``before``: those that another one follows on."""
    return frozenset(
        revision
        for file in (_HERE / "versions").glob("*.py")
        for down, revision in _REVISION.findall(file.read_text("utf-8"))
        if bool(down) is before
    )


def is_current(database: Database) -> bool:
    """Whether the database has the schema of this version of the tool."""
    return _found(database) == newest_revisions()


def _found(database: Database) -> frozenset[str]:
    """What Alembic has noted in the database."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table(_TABLE):
            return frozenset()
        noted = connection.exec_driver_sql(f"SELECT version_num FROM {_TABLE}")  # noqa: S608 - ours
        return frozenset(noted.scalars())


def require_current(database: Database) -> None:
    """Raises DatabaseNotMigrated, DatabaseIsNewer."""
    found = _found(database)
    if not found <= _revisions():
        raise DatabaseIsNewer
    if found != newest_revisions():
        raise DatabaseNotMigrated
