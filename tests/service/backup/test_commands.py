# SPDX-License-Identifier: AGPL-3.0-or-later
"""``backup``, ``restore`` and ``erasures export`` from a terminal."""

from __future__ import annotations

import stat
import subprocess
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert

from service.backup.writing import backup_lines
from service.cli import main
from service.config import Config
from service.database import Database
from service.ids import new_id
from service.migrations.state import upgrade
from service.reports.models import PartRow
from service.sealing import age
from service.services import Services, build_services
from tests.named_facts import NAMED_FACT
from tests.service.backup.test_drill import withdraw
from tests.service.conftest import random_key
from tests.service.sealing.age_opener import open_file
from tests.service.sealing.debian_age import OutOfReach, find_stock_age
from tests.service.world import World

IDENTITY, RECIPIENT = age.new_identity()
LARKSPUR = (101, "Larkspur")


@pytest.fixture
def environ(environ: dict[str, str], database_url: str) -> dict[str, str]:
    return environ | {"CS_DATABASE_URL": database_url, "CS_BACKUP_RECIPIENT": RECIPIENT}


@pytest.fixture
def config(environ: dict[str, str]) -> Config:
    return Config.from_environ(environ)


@pytest.fixture
def target(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The environment of another machine with the same keys, and an empty migrated database."""
    url = f"sqlite:///{tmp_path / 'target.sqlite'}"
    database = Database(url)
    upgrade(database)
    database.dispose()
    return environ | {"CS_DATABASE_URL": url}


def run(environ: dict[str, str], *arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, arguments, env=environ, input=stdin)


def reports_in(environ: dict[str, str]) -> int:
    services = build_services(Config.from_environ(environ))
    with services.database.read() as session:
        found = len(services.domain.reports.of_desk(session, "oversight"))
    services.database.dispose()
    return found


def test_backup_and_list_restore_elsewhere(
    environ: dict[str, str], target: dict[str, str], world: World, tmp_path: Path
) -> None:
    kept, withdrawn = world.file(LARKSPUR), world.file(LARKSPUR)
    made = run(environ, "backup", str(tmp_path / "one.age"))
    assert made.exit_code == 0, made.output
    withdraw(world, withdrawn)
    listed = run(environ, "erasures", "export", str(tmp_path / "list.jsonl"))
    assert listed.exit_code == 0, listed.output
    for name in ("one.age", "list.jsonl"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    plain = open_file((tmp_path / "one.age").read_bytes(), [IDENTITY])

    done = run(target, "restore", "-", "--erasures", str(tmp_path / "list.jsonl"), stdin=plain)

    assert done.exit_code == 0, done.output
    assert "Erased again, as they had been withdrawn or purged: 1 report(s)." in done.output
    assert reports_in(target) == 1
    assert kept.hex() not in made.output + listed.output + done.output
    again = run(target, "restore", "-", "--no-erasures", stdin=plain)
    assert again.exit_code == 2
    assert "The database is not empty" in again.output
    assert reports_in(target) == 1
    verified = run(target, "audit", "verify")
    assert verified.exit_code == 0, verified.output


def test_stock_age_opens_what_restore_reads(
    environ: dict[str, str],
    target: dict[str, str],
    world: World,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """As docs/operating.md has it: age -d -i key.txt FILE | community-support restore -"""
    found = find_stock_age()
    if isinstance(found, OutOfReach):
        record_property(NAMED_FACT, f"backups and stock age: NOT TRIED, {found.reason}")
        assert found.reason
        return
    record_property(NAMED_FACT, f"backups and stock age: tried with {found.version}")
    world.file(LARKSPUR)
    assert run(environ, "backup", str(tmp_path / "one.age")).exit_code == 0
    (tmp_path / "key.txt").write_text(f"{IDENTITY}\n")
    command = [str(found.path), "-d", "-i", str(tmp_path / "key.txt"), str(tmp_path / "one.age")]
    opened = subprocess.run(command, capture_output=True, check=True, timeout=60)

    done = run(target, "restore", "-", "--no-erasures", stdin=opened.stdout)

    assert done.exit_code == 0, done.output
    assert reports_in(target) == 1


def test_list_goes_to_standard_output_too(environ: dict[str, str], world: World) -> None:
    withdraw(world, world.file(LARKSPUR))
    shown = run(environ, "erasures", "export", "-")
    assert shown.exit_code == 0
    assert len(shown.output.splitlines()) == 3


def test_truncated_backup_restores_nothing(
    target: dict[str, str], world: World, tmp_path: Path
) -> None:
    world.file(LARKSPUR)
    plain = b"".join(backup_lines(world.services))

    done = run(target, "restore", "-", "--no-erasures", stdin=plain[: len(plain) * 2 // 3])

    assert done.exit_code == 2
    assert "Nothing was kept" in done.output
    assert reports_in(target) == 0


def test_other_keys_are_refused(target: dict[str, str], world: World) -> None:
    world.file(LARKSPUR)
    plain = b"".join(backup_lines(world.services))
    for name in ("CS_MATCH_KEYS", "CS_AT_REST_KEYS"):
        done = run(target | {name: random_key()}, "restore", "-", "--no-erasures", stdin=plain)
        assert done.exit_code == 2
        assert name in done.output
    assert reports_in(target) == 0


def test_restore_wants_to_know_what_was_erased_since(target: dict[str, str]) -> None:
    done = run(target, "restore", "-", stdin=b"")
    assert done.exit_code == 2
    assert "--erasures FILE" in done.output


def test_sealed_backup_and_damaged_list_are_refused(
    environ: dict[str, str], target: dict[str, str], world: World, tmp_path: Path
) -> None:
    assert run(environ, "backup", str(tmp_path / "one.age")).exit_code == 0
    sealed = run(target, "restore", str(tmp_path / "one.age"), "--no-erasures")
    assert sealed.exit_code == 2
    assert "age -d -i key.txt" in sealed.output
    damaged = tmp_path / "list.jsonl"
    damaged.write_bytes(run(environ, "erasures", "export", "-").stdout_bytes[:-20])
    plain = b"".join(backup_lines(world.services))
    done = run(target, "restore", "-", "--erasures", str(damaged), stdin=plain)
    assert done.exit_code == 2
    assert "in the middle of a line" in done.output


def test_backup_of_another_schema_is_refused(target: dict[str, str], world: World) -> None:
    plain = b"".join(backup_lines(world.services))
    older = plain.replace(b'"schema":"', b'"schema":"x', 1)
    done = run(target, "restore", "-", "--no-erasures", stdin=older)
    assert done.exit_code == 2
    assert "made by another version" in done.output


def test_backup_never_writes_over_a_file(
    environ: dict[str, str], world: World, tmp_path: Path
) -> None:
    there = tmp_path / "one.age"
    there.write_text("yesterday's")
    done = run(environ, "backup", str(there))
    assert done.exit_code == 2
    assert "is there already" in done.output
    assert there.read_text() == "yesterday's"
    nowhere = run(environ, "backup", str(tmp_path / "no/folder.age"))
    assert nowhere.exit_code == 2
    assert "cannot be written" in nowhere.output
    assert list(tmp_path.glob(".*age*")) == []


def test_backup_without_a_recipient_says_how_to_make_one(
    environ: dict[str, str], world: World, tmp_path: Path
) -> None:
    done = run(environ | {"CS_BACKUP_RECIPIENT": ""}, "backup", str(tmp_path / "one.age"))
    assert done.exit_code == 2
    assert "age-keygen -pq" in done.output


@pytest.mark.parametrize(
    "value", [IDENTITY, "age1qqqq", "nonsense"], ids=["an identity", "classic", "nonsense"]
)
def test_identity_or_weak_recipient_is_refused_and_not_shown(
    environ: dict[str, str], value: str
) -> None:
    done = run(environ | {"CS_BACKUP_RECIPIENT": value}, "config", "check")
    assert done.exit_code == 2
    assert "CS_BACKUP_RECIPIENT" in done.output
    assert value not in done.output


def test_memory_does_not_grow_with_the_database(services: Services) -> None:
    """Forty parts of a megabyte; a few of them at a time."""
    with services.database.write() as session:
        for _ in range(40):
            label = new_id() * 2
            blob = services.vault.seal_bytes(PartRow.blob, label, bytes(1_000_000))
            session.execute(insert(PartRow).values(label=label, blob=blob))
    tracemalloc.start()
    size = sum(len(piece) for piece in age.seal_stream(backup_lines(services), [RECIPIENT]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 50_000_000
    assert peak < 25_000_000
