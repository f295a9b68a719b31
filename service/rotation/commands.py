# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands after a new key was put first into a key ring of the environment."""

from __future__ import annotations

import sys

import click

from service.rotation.at_rest import AtRestRotation
from service.rotation.matching import MatchingRotation
from service.services import Services, build_services
from service.web.commands import config_or_exit


@click.group()
def rotate() -> None:
    """Put everything under the newest keys, while the tool goes on.

    First put the new key at the beginning of the ring and restart web and worker; then rotate.
    """


@rotate.command("at-rest")
def at_rest() -> None:
    """Seal everything anew under the first key of CS_AT_REST_KEYS.

    Can be stopped and started again. Once it says that nothing is left, the older keys can be
    taken out of the ring: whatever old copies there are of the database, nobody opens them.

    Example: community-support rotate at-rest
    """
    services = _services()
    rotation = AtRestRotation(services.database, services.at_rest)
    with click.progressbar(length=rotation.left(), label="Sealing", file=sys.stderr) as bar:
        done = rotation.run(bar.update)
    click.echo(f"Sealed anew: {done.renewed}.")
    if done.unopenable:
        click.echo(
            f"No key of the ring opens {done.unopenable} of them: an older key is missing.",
            err=True,
        )
    _end(rotation.left())


@rotate.command()
def matching() -> None:
    """Move the entries of the multimap under the first key of CS_MATCH_KEYS.

    Can be stopped and started again. The oldest key of the ring stays in it for ever: tokens
    and row labels are made with it. Keys between the first and the oldest can go.

    Example: community-support rotate matching
    """
    services = _services()
    domain = services.domain
    rotation = MatchingRotation(services.database, domain.vault, domain.cases)
    with click.progressbar(length=rotation.left(), label="Moving", file=sys.stderr) as bar:
        moved = rotation.run(bar.update)
    click.echo(f"Moved: {moved}.")
    _end(rotation.left())


def _services() -> Services:
    return build_services(config_or_exit())


def _end(left: int) -> None:
    if left:
        click.echo(
            f"Under an older key: {left}. Restart web and worker with the new ring, then run this "
            "again.",
            err=True,
        )
        sys.exit(1)
    click.echo("Nothing is left under an older key.")
