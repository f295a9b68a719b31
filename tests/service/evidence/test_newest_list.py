# SPDX-License-Identifier: AGPL-3.0-or-later
"""``check-links`` knows the wikis that the worker learnt of, and never depends on a database."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onwiki.wikis import Wiki, WikiList
from service.cli import main
from service.services import Services
from service.wikis.kept import keep

NEW = "https://quux.wikipedia.org/wiki/Special:Diff/5"


@pytest.fixture
def pasted(tmp_path: Path) -> str:
    file = tmp_path / "links.txt"
    file.write_text(NEW + "\n", "utf-8")
    return str(file)


def run(pasted: str, environ: dict[str, str]) -> Result:
    return CliRunner().invoke(main, ["check-links", "--offline", pasted], env=environ)


def test_wiki_that_the_worker_learnt_of_is_recognised(
    services: Services, environ: dict[str, str], pasted: str
) -> None:
    url = services.database.url.render_as_string(hide_password=False)
    environ = {**environ, "CS_DATABASE_URL": url}
    assert run(pasted, environ).stdout == "reject:host\n"
    wikis = (*WikiList.snapshot(), Wiki("quuxwiki", "quux.wikipedia.org"))
    with services.database.write() as session:
        keep(session, wikis, services.clock())

    done = run(pasted, environ)

    assert (done.stdout, done.stderr, done.exit_code) == ("rev:quuxwiki:5\n", "", 0)


def test_database_that_does_not_answer_is_said_and_the_own_list_is_used(
    environ: dict[str, str], pasted: str, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database" * 100)

    done = run(pasted, {**environ, "CS_DATABASE_URL": f"sqlite:///{broken}"})

    assert (done.stdout, done.exit_code) == ("reject:host\n", 0)
    assert "The database did not answer" in done.stderr


def test_looking_makes_no_database(environ: dict[str, str], pasted: str, tmp_path: Path) -> None:
    absent = tmp_path / "absent.sqlite"

    done = run(pasted, {**environ, "CS_DATABASE_URL": f"sqlite:///{absent}"})

    assert (done.stdout, done.stderr) == ("reject:host\n", "")
    assert not absent.exists()
