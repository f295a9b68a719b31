# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of variables is whole, and ``config check`` says of each what it is, never its value."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from service.variables import SECRETS, VARIABLES, unknown

ROOT = Path(__file__).parents[2]
NAMES = {one.name for one in VARIABLES}
LIST = ROOT / "toolforge" / "environment.md"


def checked(environ: dict[str, str], *options: str) -> tuple[int, str]:
    """Status and lines of ``config check`` in this environment and no other."""
    others = dict.fromkeys(NAMES)
    done = CliRunner().invoke(main, ["config", "check", *options], env={**others, **environ})
    return done.exit_code, done.output


def test_every_variable_that_is_read_is_on_the_list() -> None:
    sources = "".join(
        (ROOT / "service" / name).read_text("utf-8")
        for name in ("addresses.py", "config.py", "environment.py")
    )

    assert set(re.findall(r'"(CS_[A-Z_]+)"', sources)) == NAMES


def test_list_for_operators_has_every_variable_and_says_which_are_secret() -> None:
    rows = re.findall(r"^\| `(CS_[A-Z_]+)` \|.*\| (secret|) *\|$", LIST.read_text("utf-8"), re.M)

    assert {name for name, _ in rows} == NAMES
    assert {name for name, secret in rows if secret} == set(SECRETS)


def test_every_variable_has_one_line(production_environ: dict[str, str]) -> None:
    status, output = checked(production_environ)

    assert status == 0, output
    assert [line.split(":")[0] for line in output.splitlines()[:-1]] == [v.name for v in VARIABLES]
    assert "CS_BASE_URL: is set (" in output
    assert "CS_QUOTA_DAYS: is not set (in how many days); 30" in output


def test_missing_wrong_and_misspelt_are_told_apart(production_environ: dict[str, str]) -> None:
    del production_environ["CS_DESKS"]
    status, output = checked(production_environ | {"CS_BASE_URL": "support", "CS_BACKUP_DAY": "30"})

    assert status == 2
    assert "CS_DESKS: is missing; wants the path of desks.toml" in output
    assert "CS_BASE_URL: wants an address" in output
    assert "CS_BACKUP_DAY: is not known;" in output
    assert "The configuration has 3 problem(s)." in output


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_ever_shown(production_environ: dict[str, str], name: str) -> None:
    told = "tell-nobody-Zwischenraum" if name != "CS_DATABASE_URL" else "zwischenraum-tell"
    for value in (told, f"demo-{told}", f"{told},{told}"):
        _, output = checked(production_environ | {name: value})
        assert "zwischenraum" not in output.lower()


def test_file_of_a_secret_is_known_and_of_anything_else_is_not() -> None:
    environ = {"CS_SECRET_KEY_FILE": "x", "CS_DESKS_FILE": "x", "CS_SANDBOX_CONTROL_TOKEN": "x"}

    assert unknown(environ) == ["CS_DESKS_FILE"]
