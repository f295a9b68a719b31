# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands on the database's schema."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy import URL

from service.database import Database
from service.migrations.state import upgrade
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
    upgrade(database)
    kind = database.url.get_backend_name()
    click.echo(f"The database ({kind}) has this version's schema.")
