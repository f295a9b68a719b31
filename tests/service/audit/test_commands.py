# SPDX-License-Identifier: AGPL-3.0-or-later
"""``audit verify``: whole chains, changed entries, heads that were kept elsewhere."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from service.audit.journal import Act, Entry
from service.audit.models import AuditEntryRow
from service.cli import main
from tests.service.world import DESK, World


@pytest.fixture
def environ(environ: dict[str, str], database_url: str) -> dict[str, str]:
    """The command opens the same database as the world."""
    return environ | {"CS_DATABASE_URL": database_url}


def verify(environ: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, ["audit", "verify", *arguments], env=environ)


def record(world: World, count: int) -> None:
    """Some acts, each chained."""
    journal, today = world.domain.journal, world.services.today()
    for number in range(count):
        with world.services.database.write() as session:
            journal.record(session, Entry(DESK, Act.OPENED, 9003, today, f"{number:032x}"))
        with world.services.database.write() as session:
            world.domain.cases.hold(session, DESK)
            journal.chain(session, DESK)


def head_of(shown: Result) -> str:
    """What the command printed for DESK."""
    return next(line for line in shown.output.splitlines() if line.startswith(DESK))


def test_whole_chains_end_well(environ: dict[str, str], world: World) -> None:
    record(world, 3)

    shown = verify(environ)

    assert shown.exit_code == 0, shown.output
    assert head_of(shown).startswith(f"{DESK}:3:")
    assert f"stewards:0:{'0' * 64}" in shown.output


def test_entry_that_was_changed_is_named(environ: dict[str, str], world: World) -> None:
    record(world, 3)
    with world.services.database.write() as session:
        first, second, _ = session.scalars(select(AuditEntryRow)).all()
        first.day = first.day.replace(year=2001)
        assert second.day.year == 2026

    shown = verify(environ)

    assert shown.exit_code == 1
    assert ": changed" in shown.output


def test_head_that_was_kept_shows_a_chain_that_was_cut(
    environ: dict[str, str], world: World
) -> None:
    record(world, 2)
    kept = head_of(verify(environ))
    record(world, 1)
    longer = head_of(verify(environ))

    assert verify(environ, "--head", kept).exit_code == 0
    position, digest = longer.split(":")[1:]
    cut = verify(environ, "--head", f"{DESK}:{int(position) + 1}:{digest}")
    assert cut.exit_code == 1
    assert "truncated" in cut.output


def test_chain_that_was_written_anew_differs_from_a_kept_head(
    environ: dict[str, str], world: World
) -> None:
    record(world, 2)

    shown = verify(environ, "--head", f"{DESK}:2:{'ab' * 32}")

    assert shown.exit_code == 1
    assert "rewritten" in shown.output


def test_what_is_no_head_is_refused(environ: dict[str, str]) -> None:
    shown = verify(environ, "--head", "nonsense")

    assert shown.exit_code == 2
    assert "64 hexadecimal digits" in shown.output
