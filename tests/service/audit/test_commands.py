# SPDX-License-Identifier: AGPL-3.0-or-later
"""``audit verify``: whole chains, changed entries, heads that were kept elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, select, update

from service.audit.journal import Act, Entry
from service.audit.models import AuditDayRow, AuditEntryRow, AuditLeafRow
from service.cli import main
from service.desks.models import DeskRow
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


@pytest.fixture
def remembered(world: World, tmp_path: Path) -> Path:
    """What a reader's browser saved: the heads of two days with acts."""
    lines = []
    for _ in range(2):
        record(world, 2)
        world.services.clock.advance(days=1)  # type: ignore[attr-defined]
        with world.services.database.write() as session:
            world.domain.cases.hold(session, DESK)
            world.domain.audit_days.close(session, DESK, world.services.today())
    with world.services.database.read() as session:
        heads = world.domain.audit_days.heads(session, DESK, world.services.today())
    lines = [f"{DESK}:{one.day}:{one.digest.hex()}" for one in heads]
    path = tmp_path / "heads.txt"
    path.write_text("# saved by a browser\n\n" + "\n".join(lines) + "\n")
    return path


class TestRememberedDays:
    """Against the file that a browser saved, after somebody wrote to the database."""

    def test_chain_that_only_grew_fits(
        self, environ: dict[str, str], world: World, remembered: Path
    ) -> None:
        record(world, 2)

        shown = verify(environ, "--heads", str(remembered))

        assert shown.exit_code == 0, shown.output

    def test_dropped_entry_is_named(
        self, environ: dict[str, str], world: World, remembered: Path
    ) -> None:
        with world.services.database.write() as session:
            label = world.domain.journal._label(DESK, 2)
            session.execute(delete(AuditLeafRow).where(AuditLeafRow.label == label))

        shown = verify(environ, "--heads", str(remembered))

        assert shown.exit_code == 1
        assert "entry 2: dropped" in shown.output

    def test_reordered_entries_are_named(
        self, environ: dict[str, str], world: World, remembered: Path
    ) -> None:
        """By somebody who has the environment's keys: rows cannot be swapped without."""
        journal, vault = world.domain.journal, world.services.vault
        with world.services.database.write() as session:
            one, two = (session.get_one(AuditLeafRow, journal._label(DESK, at)) for at in (1, 2))
            values = [vault.open(AuditLeafRow.blob, row.label, row.blob) for row in (one, two)]
            for row, value in zip((one, two), reversed(values), strict=True):
                row.blob = vault.seal(AuditLeafRow.blob, row.label, value)

        shown = verify(environ, "--heads", str(remembered))

        assert shown.exit_code == 1
        assert "reordered" in shown.output

    def test_database_that_was_put_back_is_named(
        self, environ: dict[str, str], world: World, remembered: Path
    ) -> None:
        """The chain is whole in itself: only the memory shows that it was longer."""
        with world.services.database.write() as session:
            session.execute(delete(AuditEntryRow))
            session.execute(delete(AuditLeafRow))
            session.execute(delete(AuditDayRow))
            session.execute(update(DeskRow).values(chain=None))
        assert verify(environ).exit_code == 0
        record(world, 1)

        shown = verify(environ, "--heads", str(remembered))

        assert shown.exit_code == 1
        assert "the day 2026-05-03: dropped" in shown.output
        assert "the day 2026-05-04: dropped" in shown.output

    def test_chain_that_was_written_anew_is_named(
        self, environ: dict[str, str], world: World, remembered: Path
    ) -> None:
        remembered.write_text(f"{DESK}:2026-05-03:{'ab' * 32}\n")
        assert world.services.today()

        shown = verify(environ, "--heads", str(remembered))

        assert shown.exit_code == 1
        assert "rewritten" in shown.output

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("nonsense", "line 1 wants desk, position or day"),
            (f"{DESK}:2026-13-45:{'ab' * 32}", "line 1 wants desk, position or day"),
            (f"nowhere:2026-05-03:{'ab' * 32}", "there is no desk “nowhere”"),
        ],
    )
    def test_file_that_says_something_else_is_refused(
        self, environ: dict[str, str], tmp_path: Path, line: str, said: str
    ) -> None:
        path = tmp_path / "heads.txt"
        path.write_text(line)

        shown = verify(environ, "--heads", str(path))

        assert shown.exit_code == 2
        assert said in shown.output


def test_what_is_no_head_is_refused(environ: dict[str, str]) -> None:
    shown = verify(environ, "--head", "nonsense")

    assert shown.exit_code == 2
    assert "64 hexadecimal digits" in shown.output
