# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands on the audit."""

from __future__ import annotations

import re
import sys
from typing import Final

import click

from service.audit.chain import DIGEST_SIZE, Fault, Head
from service.desks.rows import lay_rows
from service.services import build_services
from service.web.commands import config_or_exit

_HEAD: Final = re.compile(rf"([a-z0-9-]+):([0-9]{{1,18}}):([0-9a-f]{{{2 * DIGEST_SIZE}}})")


@click.group()
def audit() -> None:
    """The record of who did what."""


class HeadType(click.ParamType[tuple[str, Head]]):
    """``DESK:POSITION:DIGEST``: a head of a desk's chain that somebody kept."""

    name = "DESK:POSITION:DIGEST"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Head]:
        found = _HEAD.fullmatch(str(value))
        if found is None:
            self.fail("wants desk, position and 64 hexadecimal digits", param, ctx)
        return found[1], Head(int(found[2]), bytes.fromhex(found[3]))


@audit.command()
@click.option(
    "--head", "heads", type=HeadType(), multiple=True, help="A head that was kept elsewhere."
)
def verify(heads: tuple[tuple[str, Head], ...]) -> None:
    """Check the hash chain of every desk, and against heads that were kept elsewhere.

    Prints each desk's head: keep it where whoever writes to the database cannot. Ends with
    status 1 when a chain is not whole.

    Example: community-support audit verify
    """
    services = build_services(config_or_exit())
    lay_rows(services.database, services.desks)
    broken = False
    for key in [desk.key for desk in services.desks]:
        kept = [head for desk, head in heads if desk == key]
        with services.database.read() as session:
            journal = services.domain.journal
            head = journal.head(session, key)
            faults = journal.verify(session, key, kept)
        click.echo(f"{key}:{head.position}:{head.digest.hex()}")
        for fault in faults:
            broken = True
            click.echo(f"  {described(fault)}", err=True)
    sys.exit(1 if broken else 0)


def described(fault: Fault) -> str:
    """A fault as a sentence."""
    where = f"entry {fault.first}"
    if fault.last != fault.first:
        where = f"entries {fault.first} to {fault.last}"
    return f"{where}: {fault.kind.value}"
