# SPDX-License-Identifier: AGPL-3.0-or-later
"""``community-support sessions end``: what an operator can do, and does not learn by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.services import Services, utc_now
from service.sessions.person import Person
from service.sessions.store import PERSON, SessionStore
from tests.fixtures_sandbox import Sandbox

Run = Callable[..., Result]


@pytest.fixture
def run(environ: dict[str, str], database_url: str, sandbox: Sandbox) -> Run:
    """The command, on the test's database and beside the sandbox wiki."""
    wiki = sandbox.wiki("sandboxwiki").index_url
    given = environ | {"CS_DATABASE_URL": database_url, "CS_OAUTH_WIKI": wiki}
    return lambda *arguments: CliRunner().invoke(main, ["sessions", "end", *arguments], env=given)


@pytest.fixture
def store(services: Services) -> SessionStore:
    return SessionStore(services.database, services.vault, services.config.secret_key, utc_now)


@pytest.fixture
def tokens(store: SessionStore, sandbox: Sandbox) -> dict[str, str]:
    """Somebody is signed in twice, somebody else once."""
    places = {"phone": "Larkspur", "desktop": "Larkspur", "other": "Quillfeather"}
    return {
        place: store.create({PERSON: Person(sandbox.person(name).id, name).to_json()})
        for place, name in places.items()
    }


@pytest.fixture
def open_ones(store: SessionStore, tokens: dict[str, str]) -> Callable[[], list[str]]:
    return lambda: [place for place, one in tokens.items() if store.load(one) is not None]


def test_account_is_signed_out_everywhere_by_its_name(
    run: Run, open_ones: Callable[[], list[str]]
) -> None:
    assert open_ones() == ["phone", "desktop", "other"]

    done = run("--name", "larkspur")

    assert done.exit_code == 0, done.output
    assert open_ones() == ["other"]


def test_account_is_signed_out_everywhere_by_its_id(
    run: Run, open_ones: Callable[[], list[str]], sandbox: Sandbox
) -> None:
    assert run("--central-id", str(sandbox.person("Larkspur").id)).exit_code == 0

    assert open_ones() == ["other"]


def test_everybody_is_signed_out(run: Run, open_ones: Callable[[], list[str]]) -> None:
    assert run("--everybody").exit_code == 0

    assert open_ones() == []


def test_operator_does_not_learn_who_is_signed_in(run: Run, tokens: dict[str, str]) -> None:
    signed_in, not_signed_in = run("--name", "Larkspur"), run("--name", "Brackenridge")

    assert tokens
    assert (signed_in.exit_code, not_signed_in.exit_code) == (0, 0)
    assert signed_in.output == not_signed_in.output


def test_unknown_name_and_silent_wiki_are_told_apart(
    run: Run, sandbox: Sandbox, open_ones: Callable[[], list[str]]
) -> None:
    unknown = run("--name", "Nobody Of This Name")
    sandbox.fail("503", action="query+globaluserinfo")
    silent = run("--name", "Larkspur")

    assert unknown.exit_code == 2
    assert "knows no such account" in unknown.output
    assert silent.exit_code == 1
    assert "did not answer" in silent.output
    assert open_ones() == ["phone", "desktop", "other"]


@pytest.mark.parametrize("given", [(), ("--everybody", "--central-id", "7")])
def test_exactly_one_way_of_saying_who(run: Run, given: tuple[str, ...]) -> None:
    refused = run(*given)

    assert refused.exit_code == 2
    assert "Give one of" in refused.output
