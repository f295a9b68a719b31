# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands on the audit."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import click
from sqlalchemy.orm import Session

from service.audit.chain import DIGEST_SIZE, Fault, Head
from service.audit.days import DayHead
from service.desks.rows import lay_rows
from service.domain import Domain
from service.services import build_services
from service.web.commands import config_or_exit

_WHERE: Final = r"[0-9]{1,18}|[0-9]{4}-[0-9]{2}-[0-9]{2}"
_HEAD: Final = re.compile(rf"([a-z0-9-]+):({_WHERE}):([0-9a-f]{{{2 * DIGEST_SIZE}}})")


@click.group()
def audit() -> None:
    """The record of who did what."""


@dataclass(frozen=True)
class Kept:
    """A head of a desk's chain that somebody kept: by position, or as of the end of a day."""

    desk: str
    head: Head | DayHead

    @classmethod
    def parse(cls, text: str) -> Kept:
        """Raises ValueError for anything but desk, position or day, and 64 hexadecimal digits."""
        found = _HEAD.fullmatch(text.strip())
        if found is None:
            raise ValueError
        where, digest = found[2], bytes.fromhex(found[3])
        if "-" in where:
            return cls(found[1], DayHead(date.fromisoformat(where), digest))
        return cls(found[1], Head(int(where), digest))


class HeadType(click.ParamType[Kept]):
    """``DESK:POSITION:DIGEST``, or ``DESK:DAY:DIGEST`` as browsers remember it."""

    name = "DESK:POSITION:DIGEST"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Kept:
        try:
            return Kept.parse(str(value))
        except ValueError:
            self.fail("wants desk, position or day, and 64 hexadecimal digits", param, ctx)


@audit.command()
@click.option(
    "--head", "heads", type=HeadType(), multiple=True, help="A head that was kept elsewhere."
)
@click.option(
    "--heads",
    "files",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A file with one such head a line: what a reader's browser saved of its memory.",
)
def verify(heads: tuple[Kept, ...], files: tuple[Path, ...]) -> None:
    """Check the hash chain of every desk, and against heads that were kept elsewhere.

    Prints each desk's head: keep it where whoever writes to the database cannot. Ends with
    status 1 when a chain is not whole.

    Example: community-support audit verify --heads remembered.txt
    """
    kept = [*heads, *(one for file in files for one in _heads_in(file))]
    services = build_services(config_or_exit())
    lay_rows(services.database, services.desks)
    keys = [desk.key for desk in services.desks]
    _refuse_unknown(kept, keys)
    broken = False
    for key in keys:
        with services.database.read() as session:
            head, problems = _verified(services.domain, session, key, kept)
        click.echo(f"{key}:{head.position}:{head.digest.hex()}")
        for problem in problems:
            broken = True
            click.echo(f"  {problem}", err=True)
    sys.exit(1 if broken else 0)


def _verified(
    domain: Domain, session: Session, desk: str, kept: Iterable[Kept]
) -> tuple[Head, list[str]]:
    """The desk's head, and what is wrong with its chain."""
    own = [one.head for one in kept if one.desk == desk]
    days = [head for head in own if isinstance(head, DayHead)]
    known, missing = domain.audit_days.remembered(session, desk, days)
    at_positions = [head for head in own if isinstance(head, Head)]
    faults = domain.journal.verify(session, desk, [*at_positions, *known])
    gone = [f"the day {one.day}: dropped; the chain has no head of it" for one in missing]
    return domain.journal.head(session, desk), [described(fault) for fault in faults] + gone


def _heads_in(path: Path) -> list[Kept]:
    """The heads in a file; empty lines and lines that begin with # say nothing."""
    found: list[Kept] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            found.append(Kept.parse(line))
        except ValueError:
            raise click.BadParameter(
                f"line {number} wants desk, position or day, and 64 hexadecimal digits",
                param_hint="--heads",
            ) from None
    return found


def _refuse_unknown(kept: Iterable[Kept], keys: list[str]) -> None:
    """A head of a desk that is not configured would be compared with nothing."""
    for one in kept:
        if one.desk not in keys:
            raise click.BadParameter(f"there is no desk “{one.desk}”", param_hint="--head")


def described(fault: Fault) -> str:
    """A fault as a sentence."""
    where = f"entry {fault.first}"
    if fault.last != fault.first:
        where = f"entries {fault.first} to {fault.last}"
    return f"{where}: {fault.kind.value}"
