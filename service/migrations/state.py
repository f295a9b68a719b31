# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bring a database to the newest schema, and tell whether it is there."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from service.database import Database

CONNECTION: Final = "connection"
"""Key under which the migrations' env.py finds the connection."""

_HERE: Final = Path(__file__).parent


class DatabaseNotMigrated(Exception):
    """The database has not the schema of this version of the tool."""

    def __init__(self) -> None:
        super().__init__(
            "the database has not this version's tables: run community-support db upgrade"
        )


def alembic_config() -> AlembicConfig:
    """Alembic's settings, in code: nothing depends on the working directory."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(_HERE))
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to ``revision``."""
    with database.engine.begin() as connection:
        config = alembic_config()
        config.attributes[CONNECTION] = connection
        command.upgrade(config, revision)


def downgrade(database: Database, revision: str) -> None:
    """Bring the database back to ``revision`` (``base``: nothing left)."""
    with database.engine.begin() as connection:
        config = alembic_config()
        config.attributes[CONNECTION] = connection
        command.downgrade(config, revision)


def current_revision(database: Database) -> str | None:
    """The revision that the database is at; None for one without any table of ours."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def newest_revisions() -> frozenset[str]:
    """The revisions of this version of the tool; one, unless a branch was left open."""
    return frozenset(ScriptDirectory.from_config(alembic_config()).get_heads())


def is_current(database: Database) -> bool:
    """Whether the database has the schema of this version of the tool."""
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == newest_revisions()


def require_current(database: Database) -> None:
    """Raises DatabaseNotMigrated."""
    if not is_current(database):
        raise DatabaseNotMigrated
