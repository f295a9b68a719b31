# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands that an operator types after a new key was put into the environment."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.sealing.keyring import generate_key
from service.services import Services
from tests.service.world import World

LARKSPUR = (101, "Larkspur")


@pytest.fixture
def running(environ: dict[str, str], services: Services) -> dict[str, str]:
    """The environment of the tool that wrote the database."""
    url = services.database.url.render_as_string(hide_password=False)
    keys = {
        "CS_AT_REST_KEYS": services.config.at_rest_keys,
        "CS_MATCH_KEYS": services.config.match_keys,
    }
    return {**environ, **keys, "CS_DATABASE_URL": url}


@pytest.fixture
def filed(world: World) -> World:
    world.add_reader("Rowanbark", 9003)
    world.add_reader("Fennelwood", 9004)
    world.fold(world.file(LARKSPUR, ("Brackenridge",)), {"Brackenridge": 9007})
    return world


def run(environ: dict[str, str], *words: str) -> Result:
    return CliRunner().invoke(main, ["rotate", *words], env=environ)


@pytest.mark.parametrize(
    ("command", "ring"), [("at-rest", "CS_AT_REST_KEYS"), ("matching", "CS_MATCH_KEYS")]
)
def test_command_says_what_it_did_and_that_nothing_is_left(
    filed: World, running: dict[str, str], command: str, ring: str
) -> None:
    assert filed.readers
    new = generate_key()

    done = run({**running, ring: f"{new},{running[ring]}"}, command)

    assert done.exit_code == 0, done.output
    assert "Nothing is left under an older key." in done.stdout
    assert new not in done.output


def test_missing_older_key_is_named_and_gives_status_1(
    filed: World, running: dict[str, str]
) -> None:
    assert filed.readers

    done = run({**running, "CS_AT_REST_KEYS": generate_key()}, "at-rest")

    assert done.exit_code == 1
    assert "an older key is missing" in done.stderr
    assert "Under an older key:" in done.stderr
