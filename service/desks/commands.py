# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands on desks: check their configuration; see a roster, vouch for a desk's first keys."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from onwiki.wikis import WikiList, load_extra_wikis
from service.desks.configuration import Desk, DeskConfigurationError, read_desks
from service.desks.roster import OPERATOR, Member, Standing, VouchRefused
from service.desks.rows import lay_rows
from service.desks.standing import voucher_name
from service.desks.vouching import vouch as vouch_for
from service.i18n import Catalogue
from service.services import Services, build_services
from service.web.commands import config_or_exit


@click.group()
def desks() -> None:
    """The desks that receive reports."""


@desks.command()
@click.argument(
    "path", envvar="CS_DESKS", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--extra-wikis",
    envvar="CS_EXTRA_WIKIS",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Wikis beyond Wikimedia's (CS_EXTRA_WIKIS).",
)
def check(path: Path, extra_wikis: Path | None) -> None:
    """Check a desks.toml (CS_DESKS); names each problem with its desk, line and wish.

    Example: community-support desks check desks.toml
    """
    wikis = WikiList.snapshot()
    if extra_wikis is not None:
        wikis = wikis.with_extra(load_extra_wikis(extra_wikis))
    try:
        found = read_desks(path)
        problems = unknown_wikis(found, wikis)
    except DeskConfigurationError as error:
        found, problems = (), error.problems
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(1)
    for desk in found:
        click.echo(f"{desk.key}: {desk.name}, answers within {desk.answer_by_days} days")


def unknown_wikis(found: tuple[Desk, ...], wikis: WikiList) -> tuple[str, ...]:
    """A line for each wiki in a desk's scope that is on no list."""
    return tuple(
        f"desk “{desk.key}”: wikis: “{dbname}” is no wiki of the list; wants a dbname"
        for desk in found
        for dbname in sorted(desk.wikis - {"*"})
        if wikis.by_dbname(dbname) is None
    )


@click.group()
def roster() -> None:
    """Functionaries of a desk and their keys."""


@roster.command("list")
@click.argument("desk")
def list_command(desk: str) -> None:
    """List who signed in as a functionary of DESK, with keys and who vouched for them.

    Example: community-support roster list stewards
    """
    services = _services()
    _desk_or_exit(services, desk)
    with services.database.read() as session:
        members = services.domain.roster.members(session, desk)
    if not members:
        click.echo("Nobody signed in as a functionary of this desk yet.")
    for member in members:
        click.echo(line_of(member, members))


def line_of(member: Member, members: list[Member]) -> str:
    """A member on one line: central id, name, key, who vouched."""
    about = f"{member.central_id}  {member.name}"
    if member.key is None:
        return f"{about}  has no key"
    if member.standing is Standing.WAITING:
        return f"{about}  {member.key.fingerprint}  waits for somebody to vouch"
    voucher = voucher_name(members, member) or "the operator"
    return f"{about}  {member.key.fingerprint}  vouched for by {voucher} on {member.vouched_on}"


@roster.command()
@click.argument("desk")
@click.argument("central_id", type=click.IntRange(min=1))
@click.option(
    "--fingerprint", help="The one that was compared; without it the command shows it and asks."
)
def vouch(desk: str, central_id: int, fingerprint: str | None) -> None:
    """Vouch as the operator for the key of CENTRAL_ID at DESK.

    For the first two keys of a desk: after that its readers vouch for each other.

    Example: community-support roster vouch stewards 4711
    """
    services = _services()
    _desk_or_exit(services, desk)
    lay_rows(services.database, services.desks)
    with services.database.read() as session:
        member = services.domain.roster.member(session, desk, central_id)
    if member is None or member.key is None:
        _refuse("desks-vouch-error-keyless")
    if fingerprint is None:
        click.echo(f"{member.name}: {member.key.fingerprint}")
        click.confirm("Did you compare these eight groups with the person?", abort=True)
        fingerprint = member.key.fingerprint
    try:
        with services.database.write() as session:
            vouch_for(
                services.domain,
                session,
                desk,
                OPERATOR,
                central_id,
                " ".join(fingerprint.split()),
                services.today(),
            )
    except VouchRefused as refused:
        _refuse(refused.message_key)
    click.echo("Done: reports that are filed from now on are sealed to this key.")


def _services() -> Services:
    return build_services(config_or_exit())


def _desk_or_exit(services: Services, key: str) -> None:
    if services.desk(key) is None:
        known = ", ".join(desk.key for desk in services.desks)
        click.echo(f"There is no desk “{key}”; there are: {known}", err=True)
        sys.exit(2)


def _refuse(message_key: str) -> NoReturn:
    click.echo(Catalogue().messages("en").text(message_key).unescape(), err=True)
    sys.exit(1)
