# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of one's other accounts: the wiki is asked, and what was typed is never lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from service.declared.store import Declared
from service.services import Services
from tests.fixtures_sandbox import Sandbox
from tests.service.declared.conftest import THORNBURY
from tests.service.visiting import Visitor, functionary, sign_in, visit
from tests.service.world import DESK, World

PAGE = f"/desk/{DESK}/accounts"


@pytest.fixture
def services(services: Services, sandbox: Sandbox) -> Services:
    """With a central wiki that answers."""
    meta_api = sandbox.wiki("sandboxwiki").api_url
    return replace(services, config=replace(services.config, meta_api=meta_api))


@pytest.fixture
def thornbury(app: Flask, world: World) -> Visitor:
    return visit(app, world, "Thornbury", stepped_up=True)


def declared(world: World) -> tuple[Declared, ...]:
    with world.services.database.read() as session:
        return world.domain.declared.of(session, THORNBURY)


def test_account_is_looked_up_on_the_wiki(
    world: World, thornbury: Visitor, sandbox: Sandbox
) -> None:
    answer = thornbury.post(PAGE, name="user:brackenridge", kind="private")

    assert answer.status_code == 303
    (one,) = declared(world)
    assert (one.name, one.central_id) == ("Brackenridge", sandbox.person("Brackenridge").id)
    page = thornbury.text(PAGE)
    assert "<bdi>Brackenridge</bdi>" in page
    assert "Only the server" in page


def test_name_that_no_wiki_knows_counts_by_its_name(world: World, thornbury: Visitor) -> None:
    thornbury.post(PAGE, name="Nobody at all", kind="private")

    assert declared(world)[0].central_id is None
    assert "it counts as it is written" in thornbury.text(PAGE)


@pytest.mark.parametrize("kind", ["503", "html", "malformed", "slow"])
def test_wiki_that_does_not_answer_is_said_so_at_the_field(
    world: World, thornbury: Visitor, sandbox: Sandbox, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.declared.views.RESOLVE_TIMEOUT_S", 0.5)
    sandbox.fail(kind, action="query+globaluserinfo", seconds=600.0)

    answer = thornbury.post(PAGE, name="Brackenridge", kind="public")

    sandbox.recover()
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "The central wiki did not answer" in page
    assert 'value="Brackenridge"' in page
    assert 'value="public" aria-describedby="kind-public-about" checked' in page
    assert declared(world) == ()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "cannot be the name of an account"),
        ("a#b", "cannot be the name of an account"),
        ("x" * 300, "cannot be the name of an account"),
        ("Thornbury", "that you sign in with"),
    ],
)
def test_what_cannot_be_declared_is_refused_at_the_field(
    world: World, thornbury: Visitor, typed: str, said: str
) -> None:
    answer = thornbury.post(PAGE, name=typed, kind="private")

    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert declared(world) == ()


def test_without_a_choice_nothing_is_declared(world: World, thornbury: Visitor) -> None:
    assert thornbury.post(PAGE, name="Brackenridge", kind="x").status_code == 422
    assert declared(world) == ()


def test_end_is_shown_with_its_day(thornbury: Visitor) -> None:
    thornbury.post(PAGE, name="Brackenridge", kind="private")

    assert thornbury.post(f"{PAGE}/end", name="Brackenridge").status_code == 303
    assert "It counts until 1 August 2026." in thornbury.text(PAGE)
    assert thornbury.post(f"{PAGE}/end", name="Brackenridge").status_code == 422


@pytest.mark.usefixtures("both")
class TestWhoSees:
    @pytest.fixture
    def both(self, thornbury: Visitor) -> None:
        thornbury.post(PAGE, name="Brackenridge", kind="private")
        thornbury.post(PAGE, name="Ashdown", kind="public")

    def test_colleagues_see_the_public_one(self, app: Flask, world: World) -> None:
        colleague = visit(app, world, "Rowanbark")

        roster = colleague.text(f"/desk/{DESK}/roster")
        assert "Ashdown" in roster
        assert "Brackenridge" not in roster
        assert "Ashdown" not in colleague.text(PAGE)

    def test_form_and_choice_show_the_public_one(self, app: Flask, world: World) -> None:
        reporter = sign_in(app, world.services, functionary(world.services, 4711, "Larkspur"))

        for path in ("/report", f"/report/{DESK}", f"/report/{DESK}/plain"):
            page = reporter.text(path)
            assert "Ashdown" in page
            assert "Brackenridge" not in page
        readers = reporter.ask(f"/report/{DESK}/readers").get_json()["readers"]
        assert {one["name"]: one["also"] for one in readers}["Thornbury"] == ["Ashdown"]
        assert "Brackenridge" not in str(readers)


def test_page_is_for_functionaries_on_the_roster(app: Flask, world: World) -> None:
    stranger = sign_in(app, world.services, functionary(world.services, 4711, "Larkspur"))

    assert stranger.get(PAGE).status_code == 404


def test_report_page_says_when_too_few_can_read_unless_that_would_betray_an_account(
    app: Flask, world: World, thornbury: Visitor
) -> None:
    """Anybody could name accounts, and learn from the page which ones are a reader's."""
    thornbury.post(PAGE, name="Brackenridge", kind="private")
    larkspur = sign_in(app, world.services, functionary(world.services, 101, "Larkspur"))
    out = frozenset({9004})

    def page_of(account: str, central_id: int) -> str:
        report = world.file((101, "Larkspur"), (account,), left_out=out)
        world.fold(report, {account: central_id})
        (link,) = [
            line
            for line in larkspur.text("/reports").split('"')
            if line.startswith("/reports/") and line not in seen
        ]
        seen.add(link)
        return larkspur.text(link)

    seen: set[str] = set()
    brackenridge = declared(world)[0].central_id
    assert brackenridge is not None
    few = "Fewer than two people at this desk"
    assert few not in page_of("Brackenridge", brackenridge)
    assert few not in page_of("Somebody", 777)
    assert few in page_of("Old Thorn", THORNBURY)
