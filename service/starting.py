# SPDX-License-Identifier: AGPL-3.0-or-later
"""What web and worker refuse to start with, beyond values of the environment: one line each.

The environment itself is read by ``service.config``. Here its files and the database are looked at,
once, before anything is served or claimed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from onwiki.wikis import ExtraWikisError
from service.config import Config
from service.desks.configuration import DeskConfigurationError
from service.migrations.state import DatabaseNotMigrated, require_current
from service.services import Services, build_services

STATUS: int = 2
"""Exit status of a command that did not start."""


class CannotStart(Exception):
    """Something is not as it has to be. ``problems`` has a line each, without any value."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def start(config: Config) -> Services:
    """The services of a process that may begin. Raises CannotStart."""
    try:
        services = build_services(config)
    except DeskConfigurationError as error:
        raise CannotStart([f"CS_DESKS: {problem}" for problem in error.problems]) from None
    except ExtraWikisError as error:
        raise CannotStart([str(error)]) from None
    try:
        require_current(services.database)
    except DatabaseNotMigrated as error:
        services.database.dispose()
        raise CannotStart([f"CS_DATABASE_URL: {error}"]) from None
    except SQLAlchemyError:
        # Its text has host, user and path.
        services.database.dispose()
        raise CannotStart(
            ["CS_DATABASE_URL: the database does not answer, or refuses this user"]
        ) from None
    return services


def start_or_exit(config: Config) -> Services:
    """The same for a command, which ends with the lines."""
    try:
        return start(config)
    except CannotStart as error:
        refuse(error.problems)


def refuse(problems: Sequence[str]) -> NoReturn:
    """Say why nothing was started, and end."""
    click.echo(f"Not started, because of {len(problems)} problem(s):", err=True)
    for problem in problems:
        click.echo(f"  {problem}", err=True)
    sys.exit(STATUS)
