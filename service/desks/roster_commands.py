# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands on rosters: list, vouch for first keys, take somebody off, compare with the wiki."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from onwiki.errors import WikiUnavailable
from onwiki.names import normalise
from onwiki.roster_page import RosterPage, fetch, line_for
from service.desks.first_keys import speak_for_first_key
from service.desks.member import Member, Standing, VouchRefused
from service.desks.removing import speak_for_removal
from service.desks.rows import lay_rows
from service.desks.standing import voucher_name
from service.desks.two_people import Step
from service.desks.word import Voice
from service.i18n import Catalogue
from service.services import Services, build_services
from service.watching.fingerprint import roster_fingerprint
from service.web.commands import config_or_exit

_OPERATOR_HELP = "Who you are, as desks.toml names its operators; needed when it names several."


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
    if member.lost_on is not None:
        return f"{about}  lost the right on the wiki (known since {member.lost_on})"
    if member.key is None:
        return f"{about}  has no key"
    if member.standing is Standing.WAITING:
        off = f"  was taken off on {member.removed_on}" if member.removed_on else ""
        return f"{about}  {member.key.fingerprint}{off}  waits for somebody to vouch"
    voucher = voucher_name(members, member) or "the operators"
    return f"{about}  {member.key.fingerprint}  vouched for by {voucher} on {member.vouched_on}"


@roster.command()
@click.argument("desk")
@click.argument("central_id", type=click.IntRange(min=1))
@click.option("--operator", help=_OPERATOR_HELP)
@click.option(
    "--fingerprint", help="The one that was compared; without it the command shows it and asks."
)
def vouch(desk: str, central_id: int, operator: str | None, fingerprint: str | None) -> None:
    """Vouch as an operator for the key of CENTRAL_ID at DESK.

    For the first two keys of a desk, and together with a second person: another operator, by this
    command, or a coordinator of the desk, on its page for first keys. After that the desk's readers
    vouch for each other.

    Example: community-support roster vouch stewards 4711 --operator "Some Name"
    """
    services = _services()
    _desk_or_exit(services, desk)
    voice = _voice_or_exit(services, operator)
    lay_rows(services.database, services.desks)
    member = _member_or_exit(services, desk, central_id)
    if fingerprint is None:
        assert member.key is not None  # noqa: S101 - _member_or_exit
        click.echo(f"{member.name}: {member.key.fingerprint}")
        click.confirm("Did you compare these eight groups with the person?", abort=True)
        fingerprint = member.key.fingerprint
    compared = " ".join(fingerprint.split())
    try:
        with services.database.write() as session:
            step = speak_for_first_key(
                services.domain, session, desk, voice, central_id, compared, services.today()
            )
    except VouchRefused as refused:
        _refuse(refused.message_key)
    if step is Step.PROPOSED:
        click.echo("Noted. The key counts once a second person has compared it, within 14 days:")
        click.echo(
            f"  another operator, with this command, or a coordinator on {_page(services, desk)}"
        )
    else:
        click.echo("Done: reports that are filed from now on are sealed to this key.")


@roster.command()
@click.argument("desk")
@click.argument("central_id", type=click.IntRange(min=1))
@click.option("--operator", help=_OPERATOR_HELP)
def remove(desk: str, central_id: int, operator: str | None) -> None:
    """Take CENTRAL_ID off the roster of DESK, together with a second person.

    The other one is a reader of the desk, on the page of the roster, or another operator. Boxes of
    what was filed are erased, and cases given back; a new vouch would begin anew.

    Example: community-support roster remove stewards 4711 --operator "Some Name"
    """
    services = _services()
    _desk_or_exit(services, desk)
    voice = _voice_or_exit(services, operator)
    member = _member_or_exit(services, desk, central_id)
    click.confirm(f"Take {member.name} off the roster?", abort=True)
    try:
        with services.database.write() as session:
            step = speak_for_removal(
                services.domain, session, desk, voice, central_id, services.today()
            )
    except VouchRefused as refused:
        _refuse(refused.message_key)
    if step is Step.PROPOSED:
        click.echo("Noted. It is done once a second person confirms it, within 14 days.")
    else:
        click.echo("Done: nothing is sealed to this key any more.")


@roster.command()
@click.option("--timeout", default=5.0, show_default=True, help="Seconds to wait for the wiki.")
def check(timeout: float) -> None:
    """Compare the rosters with the pinned page on the central wiki (CS_ROSTER_PAGE).

    Prints the lines that belong on the page. Ends with status 1 when the page says something else.

    Example: community-support roster check
    """
    services = _services()
    config = services.config
    lines: dict[str, str] = {}
    with services.database.read() as session:
        for desk in services.desks:
            readers = services.domain.roster.readers(session, desk.key)
            if readers:
                lines[desk.key] = roster_fingerprint(readers)
    for key, fingerprint in lines.items():
        click.echo(line_for(key, fingerprint))
    if config.roster_page is None:
        click.echo("CS_ROSTER_PAGE names no page: nothing to compare with.", err=True)
        sys.exit(1)
    try:
        page = fetch(config.central_api, config.roster_page, timeout)
    except WikiUnavailable as unavailable:
        click.echo(f"The wiki could not be asked: {unavailable.reason.value}", err=True)
        sys.exit(1)
    problems = differences([desk.key for desk in services.desks], lines, page)
    for problem in problems:
        click.echo(problem, err=True)
    sys.exit(1 if problems else 0)


def differences(desks: list[str], lines: dict[str, str], page: RosterPage | None) -> list[str]:
    """What is wrong with the page; nothing when it says what is so, and is protected."""
    if page is None:
        return ["The page does not exist."]
    problems = [] if page.protected else ["The page is not protected: anybody can change it."]
    for desk in desks:
        found, own = page.fingerprints(desk), lines.get(desk)
        if len(found) > 1:
            problems.append(f"{desk}: the page has several lines")
        elif own is None and found:
            problems.append(f"{desk}: the page has a line, and nobody reads at the desk")
        elif own is not None and not found:
            problems.append(f"{desk}: the page has no line")
        elif own is not None and found != [own]:
            problems.append(f"{desk}: the page says {found[0]}")
    return problems


def _services() -> Services:
    return build_services(config_or_exit())


def _desk_or_exit(services: Services, key: str) -> None:
    if services.desk(key) is None:
        known = ", ".join(desk.key for desk in services.desks)
        click.echo(f"There is no desk “{key}”; there are: {known}", err=True)
        sys.exit(2)


def _voice_or_exit(services: Services, operator: str | None) -> Voice:
    """The operator who gives the command: one of those that desks.toml names."""
    known = services.operators
    if operator is None and len(known) == 1:
        return Voice(0, known[0])
    named = next((one for one in known if operator and normalise(one) == normalise(operator)), None)
    if named is None:
        wants = ", ".join(known) or "desks.toml names none: operators = […]"
        click.echo(f"--operator wants one of the operators ({wants})", err=True)
        sys.exit(2)
    return Voice(0, named)


def _member_or_exit(services: Services, desk: str, central_id: int) -> Member:
    """A member who has a key."""
    with services.database.read() as session:
        member = services.domain.roster.member(session, desk, central_id)
    if member is None or member.key is None:
        _refuse("desks-vouch-error-keyless")
    return member


def _page(services: Services, desk: str) -> str:
    return f"{services.config.base_url}/desk/{desk}/first-keys"


def _refuse(message_key: str) -> NoReturn:
    click.echo(Catalogue().messages("en").text(message_key).unescape(), err=True)
    sys.exit(1)
