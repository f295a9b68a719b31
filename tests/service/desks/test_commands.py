# SPDX-License-Identifier: AGPL-3.0-or-later
"""The operator's commands: check desks.toml, see a roster, vouch for a desk's first keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cases.fold import ResolvedName
from service.cli import main
from tests.service.desks.conftest import FENNELWOOD, LARKSPUR, ROWANBARK
from tests.service.world import World


def run(environ: dict[str, str], *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, arguments, env=environ, input=typed)


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
    assert "desk “helpers” (line 4): wikis: “enwikki”" in shown.output


def test_check_names_what_is_wrong_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "checked.toml"
    path.write_text('[[desk]]\nkey = "UPPER"\nname = "Helpers"\n')

    shown = run({}, "desks", "check", str(path))

    assert shown.exit_code == 1
    assert "key: wants at most 40 of a-z" in shown.output
    assert "member: wants at least one" in shown.output


@pytest.fixture
def environ(environ: dict[str, str], database_url: str) -> dict[str, str]:
    """The commands open the same database as the world."""
    return environ | {"CS_DATABASE_URL": database_url}


def test_readers_counts_reports_that_too_few_can_open(
    environ: dict[str, str], world: World
) -> None:
    """Recusal always wins; the operator learns how often it left too few, and nothing else."""
    for old_names in ((), ("Old Rowan",), ("Old Rowan", "Old Fennel")):
        ids = {"Old Rowan": ROWANBARK, "Old Fennel": FENNELWOOD}
        report = world.file(LARKSPUR, old_names)
        with world.services.database.write() as session:
            names = [ResolvedName(one, one, ids[one]) for one in old_names]
            world.domain.folding.fold(session, report, names, [])

    shown = run(environ, "desks", "readers")

    line = "oversight: 2 reader(s); 1 report(s) that nobody can open, 1 that only one can"
    assert line in shown.output.splitlines()
