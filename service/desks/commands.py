# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands on desks: check their configuration; see a roster, vouch for a desk's first keys."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from onwiki.wikis import WikiList, load_extra_wikis
from service.desks.configuration import Desk, DeskConfigurationError, read_desks
from service.desks.thin import reports_by_readers
from service.services import build_services
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


@desks.command()
def readers() -> None:
    """Count the readers of each desk, and the reports that fewer than two of them can open.

    Whom a report names is recused from it, even when too few are left then. Of such reports the
    operator learns the number and nothing else: ask the desk to vouch for more keys, and its
    readers to share what was filed before.

    Example: community-support desks readers
    """
    services = build_services(config_or_exit())
    for desk in services.desks:
        with services.database.read() as session:
            reading = len(services.domain.roster.readers(session, desk.key))
            nobody, one = reports_by_readers(services.domain, session, desk.key)
        click.echo(
            f"{desk.key}: {reading} reader(s); {nobody} report(s) that nobody can open, "
            f"{one} that only one can"
        )
