# SPDX-License-Identifier: AGPL-3.0-or-later
"""The operator's commands: check desks.toml, see a roster, vouch for a desk's first keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.desks.roster import Standing
from service.keys.store import WrapKind
from service.sealing import age
from tests.service.desks.conftest import MARLOWICK
from tests.service.reports.desk import a_wrap
from tests.service.world import DESK, World

EMPTY_DESK = "stewards"


def run(environ: dict[str, str], *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, arguments, env=environ, input=typed)


@pytest.fixture
def environ(environ: dict[str, str], database_url: str) -> dict[str, str]:
    """The commands open the same database as the world."""
    return environ | {"CS_DATABASE_URL": database_url}


def desks_file(folder: Path, wikis: str) -> str:
    path = folder / "checked.toml"
    path.write_text(
        f'[[desk]]\nkey = "helpers"\nname = "Helpers"\nwikis = [{wikis}]\n'
        '[[desk.member]]\nwiki = "enwiki"\ngroup = "suppress"\n'
    )
    return str(path)


def test_check_names_what_a_good_file_holds(tmp_path: Path) -> None:
    shown = run({}, "desks", "check", desks_file(tmp_path, '"enwiki"'))

    assert (shown.exit_code, shown.output) == (0, "helpers: Helpers, answers within 7 days\n")


def test_check_names_a_wiki_that_does_not_exist(tmp_path: Path) -> None:
    shown = run({}, "desks", "check", desks_file(tmp_path, '"enwiki", "enwikki"'))

    assert shown.exit_code == 1
    assert "desk “helpers”: wikis: “enwikki”" in shown.output


def test_check_names_what_is_wrong_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "checked.toml"
    path.write_text('[[desk]]\nkey = "UPPER"\nname = "Helpers"\n')

    shown = run({}, "desks", "check", str(path))

    assert shown.exit_code == 1
    assert "key: wants at most 40 of a-z" in shown.output
    assert "member: wants at least one" in shown.output


def wait_at_empty_desk(world: World, central_id: int, name: str) -> str:
    """A functionary of a desk without readers, with a key; its fingerprint."""
    _, recipient = age.new_identity()
    today = world.services.today()
    with world.services.database.write() as session:
        wraps = [(WrapKind.PASSPHRASE, a_wrap())]
        key = world.domain.keys.register(session, central_id, recipient, wraps, today)
        world.domain.roster.confirm(session, EMPTY_DESK, central_id, name, today)
    return key.fingerprint


def standing_of(world: World, desk: str, central_id: int) -> Standing:
    with world.services.database.read() as session:
        member = world.domain.roster.member(session, desk, central_id)
    assert member is not None
    return member.standing


def test_list_shows_keys_and_who_vouched(environ: dict[str, str], world: World) -> None:
    world.add_reader("Marlowick", MARLOWICK, vouched=False)

    lines = run(environ, "roster", "list", DESK).output.splitlines()

    assert [line.split()[:2] for line in lines] == [
        ["9004", "Fennelwood"],
        ["9005", "Marlowick"],
        ["9003", "Rowanbark"],
    ]
    assert "vouched for by the operator on 2026-05-03" in lines[0]
    assert "waits for somebody to vouch" in lines[1]


def test_desk_that_does_not_exist_is_said_so(environ: dict[str, str]) -> None:
    shown = run(environ, "roster", "list", "nowhere")

    assert shown.exit_code == 2
    assert "There is no desk “nowhere”; there are: stewards, oversight" in shown.output


def test_operator_compares_the_fingerprint_and_vouches(
    environ: dict[str, str], world: World
) -> None:
    shown_fingerprint = wait_at_empty_desk(world, 71, "Ashdown")

    shown = run(environ, "roster", "vouch", EMPTY_DESK, "71", typed="y\n")

    assert shown.exit_code == 0, shown.output
    assert f"Ashdown: {shown_fingerprint}" in shown.output
    assert standing_of(world, EMPTY_DESK, 71) is Standing.READER
    with world.services.database.read() as session:
        assert world.domain.journal.waiting(session) == [EMPTY_DESK]


def test_operator_who_did_not_compare_vouches_for_nothing(
    environ: dict[str, str], world: World
) -> None:
    wait_at_empty_desk(world, 71, "Ashdown")

    shown = run(environ, "roster", "vouch", EMPTY_DESK, "71", typed="n\n")

    assert shown.exit_code == 1
    assert standing_of(world, EMPTY_DESK, 71) is Standing.WAITING


def test_fingerprint_of_another_key_is_refused(environ: dict[str, str], world: World) -> None:
    wait_at_empty_desk(world, 71, "Ashdown")
    other = wait_at_empty_desk(world, 72, "Birchwood")

    shown = run(environ, "roster", "vouch", EMPTY_DESK, "71", "--fingerprint", other)

    assert shown.exit_code == 1
    assert "key is another one by now" in shown.output
    assert standing_of(world, EMPTY_DESK, 71) is Standing.WAITING


def test_nobody_vouches_for_a_person_without_a_key(environ: dict[str, str], world: World) -> None:
    shown = run(environ, "roster", "vouch", EMPTY_DESK, "71")

    assert shown.exit_code == 1
    assert "has no key that you could vouch for" in shown.output


def test_operator_does_not_vouch_where_two_readers_can(
    environ: dict[str, str], world: World
) -> None:
    """Who runs the server must not be able to add a reader of the own choice for ever."""
    world.add_reader("Marlowick", MARLOWICK, vouched=False)

    shown = run(environ, "roster", "vouch", DESK, str(MARLOWICK), typed="y\n")

    assert shown.exit_code == 1
    assert "they vouch for further keys themselves" in shown.output
    assert standing_of(world, DESK, MARLOWICK) is Standing.WAITING
