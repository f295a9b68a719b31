# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ending somebody's sessions, for whoever has lost a device and cannot sign in to do it."""

from __future__ import annotations

import sys

import click

from onwiki.accounts import resolve
from onwiki.errors import WikiUnavailable
from service.services import Services, build_services
from service.sessions.store import SessionStore
from service.web.commands import config_or_exit


@click.group()
def sessions() -> None:
    """Open sessions. Who has one is not shown."""


@sessions.command()
@click.option("--name", help="The account's name; the central wiki is asked whose it is.")
@click.option("--central-id", type=click.IntRange(min=1), help="The account's CentralAuth id.")
@click.option("--everybody", is_flag=True, help="All sessions there are.")
def end(name: str | None, central_id: int | None, everybody: bool) -> None:
    """Sign an account out everywhere, or everybody.

    Keys stay as they are. What is printed does not tell whether there was a session.

    Example: community-support sessions end --name "Some Name"
    """
    if sum((name is not None, central_id is not None, everybody)) != 1:
        raise click.UsageError("Give one of --name, --central-id and --everybody.")
    services = build_services(config_or_exit())
    store = SessionStore(
        services.database, services.vault, services.config.secret_key, services.clock
    )
    if everybody:
        store.end_everybody()
        click.echo("Everybody is signed out.")
        return
    if name is not None:
        central_id = _whose(services, name)
    assert central_id is not None  # noqa: S101 - one of the three was given
    store.end_all(central_id)
    click.echo("This account is signed in nowhere.")


def _whose(services: Services, name: str) -> int:
    try:
        found = resolve(services.config.meta_api, name)
    except WikiUnavailable:
        click.echo("The wiki did not answer. Try again, or give --central-id.", err=True)
        sys.exit(1)
    if found.central_id is None:
        click.echo("The wiki knows no such account. Hidden ones need --central-id.", err=True)
        sys.exit(2)
    return found.central_id
