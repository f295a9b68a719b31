# SPDX-License-Identifier: AGPL-3.0-or-later
"""What production refuses to start with: the real commands, one clear line each, and no value."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from onwiki.sandbox import demo
from service.database import Database
from service.migrations.state import upgrade
from service.variables import SECRETS
from tests.suite_logs import FOLDER

ROOT = Path(__file__).parents[2]
PASSED_ON = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", FOLDER)}
COMMANDS = [["web", "--port", "1"], ["worker", "--once"]]


def run(arguments: list[str], environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The command in an environment of its own."""
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments],
        cwd=ROOT,
        env={**PASSED_ON, **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def refused(arguments: list[str], environ: dict[str, str]) -> list[str]:
    """The lines with which the command ended, after the one that counts them."""
    done = run(arguments, environ)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    for name in SECRETS:
        if name in environ:
            assert environ[name] not in done.stdout + done.stderr, name
    return [line for line in done.stderr.splitlines() if line.startswith("  ")]


@pytest.mark.parametrize("command", COMMANDS, ids=["web", "worker"])
@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"CS_OAUTH_CONSUMER_SECRET": demo.SIGN_IN.secret},
            "CS_OAUTH_CONSUMER_SECRET: is a secret of the demo, which everybody knows;",
        ),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG: is on; wants to be unset in production"),
        ({"CS_BASE_URL": "http://support.example.org"}, "CS_BASE_URL: wants https;"),
        (
            {"CS_DATABASE_URL": "mariadb+pymysql://u:w@tools.example.org/s1__support_p"},
            "CS_DATABASE_URL: names a public ToolsDB database (…_p);",
        ),
        ({}, "CS_DATABASE_URL: the database has not this version's tables:"),
    ],
    ids=["demo secret", "debug", "plain http", "public database", "unmigrated"],
)
def test_production_does_not_start(
    production_environ: dict[str, str], command: list[str], changes: dict[str, str], line: str
) -> None:
    [said] = refused(command, production_environ | changes)

    assert said.strip().startswith(line)


@pytest.mark.parametrize("command", COMMANDS, ids=["web", "worker"])
def test_secret_file_that_everybody_can_read_is_refused(
    production_environ: dict[str, str], tmp_path: Path, command: list[str]
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(production_environ.pop("CS_SECRET_KEY"))
    secret.chmod(0o644)

    [said] = refused(command, production_environ | {"CS_SECRET_KEY_FILE": str(secret)})

    assert said.strip().startswith("CS_SECRET_KEY_FILE: can be read by everybody")
    assert str(secret) not in said


def test_database_file_that_everybody_can_read_is_refused(
    production_environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "service.sqlite").touch(mode=0o644)

    [said] = refused(["worker", "--once"], production_environ)

    assert said.strip().startswith("CS_DATABASE_URL: is a file that everybody here can read;")


def test_database_that_does_not_answer_is_one_line_without_its_address(
    production_environ: dict[str, str],
) -> None:
    away = {"CS_DATABASE_URL": "mariadb+pymysql://someone:hidden@127.0.0.1:1/support"}

    [said] = refused(["web", "--port", "1"], production_environ | away)

    assert said.strip() == "CS_DATABASE_URL: the database does not answer, or refuses this user"


def test_desks_that_cannot_be_read_are_named(production_environ: dict[str, str]) -> None:
    Path(production_environ["CS_DESKS"]).write_text('[[desk]]\nkey = "stewards"\n')

    said = refused(["web", "--port", "1"], production_environ)

    assert said
    assert all(line.strip().startswith("CS_DESKS: desk “stewards”") for line in said)


def test_metrics_are_never_on_the_port_of_the_pages(production_environ: dict[str, str]) -> None:
    done = run(["web", "--port", "9464"], production_environ | {"CS_METRICS_PORT": "9464"})

    assert done.returncode == 2
    assert done.stderr.startswith("CS_METRICS_PORT: is the pages' own port;")


@pytest.mark.parametrize("count", ["abc", "0", "-1", ""])
def test_number_of_processes_that_is_none_is_named(
    production_environ: dict[str, str], count: str
) -> None:
    done = run(["web", "--port", "9464"], production_environ | {"WEB_CONCURRENCY": count})

    assert done.returncode == 2
    assert done.stderr == "WEB_CONCURRENCY: wants the number of processes, from 1 to 99\n"


def test_database_made_by_the_upgrade_is_its_owners_alone(
    production_environ: dict[str, str], tmp_path: Path
) -> None:
    done = run(["db", "upgrade"], production_environ)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "service.sqlite").stat().st_mode & 0o077 == 0
    assert run(["worker", "--once"], production_environ).returncode == 0


def test_secrets_may_stand_in_files(production_environ: dict[str, str], tmp_path: Path) -> None:
    database = Database(production_environ["CS_DATABASE_URL"])
    upgrade(database)
    database.dispose()
    for name in ("CS_SECRET_KEY", "CS_AT_REST_KEYS", "CS_MATCH_KEYS", "CS_DATABASE_URL"):
        file = tmp_path / name
        file.write_text(production_environ.pop(name) + "\n")
        file.chmod(0o600)
        production_environ[f"{name}_FILE"] = str(file)
    (tmp_path / "service.sqlite").chmod(0o600)

    done = run(["config", "check", "--start"], production_environ)

    assert done.returncode == 0, done.stderr
    assert "CS_SECRET_KEY: is set, in a file" in done.stdout
    assert done.stdout.endswith("The configuration is complete (production).\n")


def test_check_with_start_names_the_unmigrated_database(
    production_environ: dict[str, str],
) -> None:
    [said] = refused(["config", "check", "--start"], production_environ)

    assert "community-support db upgrade" in said
