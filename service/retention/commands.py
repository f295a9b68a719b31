# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands on retention."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import click

from service.retention.totals import FEWEST_SAID, Totals, said
from service.services import build_services
from service.web.commands import config_or_exit

_MONTHS: Final = 12


@click.group()
def retention() -> None:
    """How long reports are kept."""


@retention.command()
def totals() -> None:
    """Say how many reports were purged at each desk in each of the last twelve months.

    Numbers are bands, and a month with fewer than five reports is not said. Withdrawn reports are
    in no number.

    Example: community-support retention totals
    """
    services = build_services(config_or_exit())
    kept = Totals(services.vault)
    for desk in services.desks:
        lines = []
        with services.database.read() as session:
            for month in months(services.today()):
                total = kept.of(session, desk.key, month)
                if total.purged >= FEWEST_SAID:
                    lines.append(
                        f"  {month:%Y-%m}: {said(total.purged)} purged, {said(total.read)} only "
                        f"read, {said(total.answered)} answered, {said(total.closed)} closed"
                    )
        click.echo(f"{desk.key}: kept for {desk.retention_days} days")
        click.echo("\n".join(lines) if lines else "  no month with five or more")


def months(today: date) -> list[date]:
    """The first days of the last months, the current one first."""
    found = [today.replace(day=1)]
    while len(found) < _MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found
