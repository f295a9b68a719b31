# SPDX-License-Identifier: AGPL-3.0-or-later
"""Releasing by day, which only the demo can."""

from __future__ import annotations

from click.testing import CliRunner

from service.cli import main
from tests.service.cases.test_release import LARKSPUR, QUILLFEATHER, file, is_out
from tests.service.world import World


def run(environ: dict[str, str], *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["holds", "release", *arguments], env=environ)
    return done.exit_code, done.output


def test_the_demo_releases_at_once(
    world: World, environ: dict[str, str], database_url: str
) -> None:
    world.add_reader("Rowanbark", 9003)
    world.add_reader("Fennelwood", 9004)
    held = file(world, LARKSPUR, hold="2")
    file(world, QUILLFEATHER)

    assert run(environ | {"CS_DATABASE_URL": database_url}, "--now") == (0, "Released: 1.\n")
    assert is_out(world, held) == [True]


def test_it_is_asked_for(environ: dict[str, str]) -> None:
    code, said = run(environ)
    assert (code, "Say --now" in said) == (2, True)


def test_elsewhere_it_is_refused(production_environ: dict[str, str]) -> None:
    code, said = run(production_environ, "--now")
    assert (code, "Only the demo" in said) == (2, True)
