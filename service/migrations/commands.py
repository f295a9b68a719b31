# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands on the database's schema."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import click
from alembic.util import CommandError
from sqlalchemy import URL

from service.database import Database
from service.migrations.state import (
    DatabaseIsNewer,
    MigrationUnderWay,
    current_revision,
    downgrade,
    newest_revisions,
    upgrade,
)
from service.web.commands import config_or_exit


def _make_private(url: URL) -> None:
    """SQLite would make a file that everybody on the machine can read."""
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        os.close(os.open(url.database, os.O_WRONLY | os.O_CREAT, 0o600))


@click.group()
def db() -> None:
    """The database's schema."""


@db.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to this version's schema; safe to run again.

    Example: community-support db upgrade
    """
    database = Database(config_or_exit().database_url)
    _make_private(database.url)
    try:
        upgrade(database)
    except (DatabaseIsNewer, MigrationUnderWay) as error:
        _refuse(str(error))
    kind = database.url.get_backend_name()
    click.echo(f"The database ({kind}) has this version's schema.")


@db.command("downgrade")
@click.argument("revision")
@click.option("--erase-everything", is_flag=True, help="Needed for base: no table is left.")
def downgrade_command(revision: str, *, erase_everything: bool) -> None:
    """Bring the database back to REVISION, to run an older version of the tool on it.

    Rows stay; what only the newer version knows goes. Stop web and worker before, make a backup,
    and use this version's command: the older one does not know the way back.

    Example: community-support db downgrade 0007
    """
    if revision == "base" and not erase_everything:
        _refuse("base leaves no table: say --erase-everything when that is what you want")
    database = Database(config_or_exit().database_url)
    try:
        downgrade(database, revision)
    except MigrationUnderWay as error:
        _refuse(str(error))
    except CommandError:
        _refuse(f"there is no revision “{revision}” on the way back; see community-support db show")
    click.echo(f"The database is at revision {current_revision(database) or 'base'}.")


@db.command("show")
def show_command() -> None:
    """Say at which revision the database is, and which this version wants.

    Example: community-support db show
    """
    database = Database(config_or_exit().database_url)
    wanted = ", ".join(sorted(newest_revisions()))
    click.echo(f"The database is at {current_revision(database) or 'base'}; wanted is {wanted}.")


def _refuse(why: str) -> NoReturn:
    click.echo(f"Nothing was changed: {why}.", err=True)
    sys.exit(1)
