# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands on reminders."""

from __future__ import annotations

import sys

import click

from service.services import Services, build_services
from service.web.commands import config_or_exit


@click.group()
def notices() -> None:
    """Reminders on user talk pages."""


@notices.command()
@click.option("--now", is_flag=True, help="Treat every subscription's next slot as come.")
def run(*, now: bool) -> None:
    """Let every subscriber's reminder come now. The demo only: elsewhere a slot is a promise.

    The worker posts them within seconds, one every ten.

    Example: community-support notices run --now
    """
    config = config_or_exit()
    if not config.demo:
        click.echo("Only the demo can make reminders come early (CS_DEMO=1).", err=True)
        sys.exit(2)
    if not now:
        click.echo("Say --now to make every reminder come now.", err=True)
        sys.exit(2)
    click.echo(f"Reminders on their way: {let_all_come(build_services(config))}.")


def let_all_come(services: Services) -> int:
    """Enter one reminder for every subscription; how many that were."""
    subscriptions = services.domain.subscriptions
    with services.database.write() as session:
        everybody = subscriptions.all(session)
        for subscription in everybody:
            subscriptions.enqueue(session, subscription, services.clock(), services.clock())
    return len(everybody)
