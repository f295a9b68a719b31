# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands on the database's schema."""

from __future__ import annotations

import click
from sqlalchemy import make_url

from service.database import Database
from service.migrations.state import upgrade
from service.web.commands import config_or_exit


@click.group()
def db() -> None:
    """The database's schema."""


@db.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to this version's schema; safe to run again.

    Example: community-support db upgrade
    """
    database = Database(config_or_exit().database_url)
    upgrade(database)
    kind = make_url(database.url).get_backend_name()
    click.echo(f"The database ({kind}) has this version's schema.")
