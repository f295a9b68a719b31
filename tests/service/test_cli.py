# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command: every name leads to a command with an example, and problems are named."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from service.cli import COMMANDS, main


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_there_and_shows_an_example(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "--help"])

    assert shown.exit_code == 0, shown.output
    if "COMMAND" not in shown.output:
        assert "Example: " in shown.output


def test_help_lists_the_commands_without_loading_them() -> None:
    code = (
        "import sys; from service.cli import LazyGroup, main; import click;"
        "print(main.list_commands(click.Context(main)));"
        "assert 'flask' not in sys.modules and 'sqlalchemy' not in sys.modules"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "web" in done.stdout


def test_check_names_each_missing_value() -> None:
    shown = CliRunner().invoke(main, ["config", "check"], env={"CS_DEMO": "1"})

    assert shown.exit_code == 2
    assert "CS_SECRET_KEY: is missing; wants" in shown.output


def test_check_accepts_a_complete_environment(environ: dict[str, str]) -> None:
    shown = CliRunner().invoke(main, ["config", "check"], env=environ)

    assert shown.exit_code == 0
    assert "complete (demo)" in shown.output


def test_web_does_not_start_with_problems() -> None:
    shown = CliRunner().invoke(main, ["web"], env={"CS_BASE_URL": "nowhere"})

    assert shown.exit_code == 2
    assert "CS_BASE_URL: wants" in shown.output
