# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands on held reports."""

from __future__ import annotations

import sys

import click

from service.desks.rows import lay_rows
from service.services import Services, build_services
from service.web.commands import config_or_exit


@click.group()
def holds() -> None:
    """Reports that wait until others report, too."""


@holds.command()
@click.option("--now", is_flag=True, help="Do now what the worker does at night.")
def release(*, now: bool) -> None:
    """Release what can be released, without waiting for the night. The demo only: elsewhere the
    moment would tell when somebody filed.

    Example: community-support holds release --now
    """
    config = config_or_exit()
    if not config.demo:
        click.echo("Only the demo can release by day (CS_DEMO=1).", err=True)
        sys.exit(2)
    if not now:
        click.echo("Say --now to release what can be released.", err=True)
        sys.exit(2)
    services = build_services(config)
    lay_rows(services.database, services.desks)
    click.echo(f"Released: {release_everywhere(services)}.")


def release_everywhere(services: Services) -> int:
    """What the worker does at night, for all desks; how many reports that were."""
    count = 0
    for desk in services.desks:
        with services.database.write() as session:
            count += services.domain.releasing.release(session, desk.key, services.today())
    return count
