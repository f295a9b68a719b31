# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands on desks: check their configuration; see a roster, vouch for a desk's first keys."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from onwiki.wikis import WikiList, load_extra_wikis
from service.desks.configuration import (
    DeskConfigurationError,
    read_desks,
    read_noticeboard,
    read_operators,
)
from service.desks.file_check import look_at
from service.desks.thin import reports_by_readers
from service.services import build_services, utc_now
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

    Also says which members by list are over, or will be within a month. docs/desks.example.toml
    explains every key.

    Example: community-support desks check desks.toml
    """
    wikis = WikiList.snapshot()
    if extra_wikis is not None:
        wikis = wikis.with_extra(load_extra_wikis(extra_wikis))
    notes: tuple[str, ...] = ()
    try:
        found = read_desks(path)
        read_operators(path)
        read_noticeboard(path)
        looked = look_at(path.read_text("utf-8"), found, wikis, utc_now().date())
        problems, notes = looked.problems, looked.notes
    except DeskConfigurationError as error:
        found, problems = (), error.problems
    for line in (*problems, *notes):
        click.echo(line, err=True)
    if problems:
        sys.exit(1)
    for desk in found:
        click.echo(f"{desk.key}: {desk.name}, answers within {desk.answer_by_days} days")


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
