# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who changes the roster shows the own key: a session left open, or stolen, is not enough."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from service.desks.member import Standing
from service.desks.two_people import word_about
from service.desks.word import WordKind
from tests.service.desks.conftest import MARLOWICK
from tests.service.desks.scene import PASSPHRASES, ROSTER, Scene, unlock
from tests.service.visiting import Visitor, person_address, visit
from tests.service.world import DESK, World

ACTS = {
    "vouch": {"fingerprint": "x"},
    "removal": {},
    "removal, dropped": {"drop": "1"},
    "accounts": {"name": "Hedgerow", "kind": "private"},
    "accounts/end": {"name": "Hedgerow"},
}


@pytest.fixture
def waiting(world: World) -> str:
    world.add_reader("Marlowick", MARLOWICK, vouched=False)
    return person_address(world, "Marlowick")


@pytest.fixture
def session_only(app: Flask, world: World) -> Visitor:
    """Rowanbark's session, in whose hands ever it is."""
    return visit(app, world, "Rowanbark")


@pytest.mark.parametrize("act", ACTS)
def test_session_alone_changes_nothing_and_nothing_typed_is_lost(
    world: World, session_only: Visitor, waiting: str, act: str
) -> None:
    base = f"/desk/{DESK}" if act.startswith("accounts") else waiting
    address = f"{base}/{act.removesuffix(', dropped')}"
    fields = {**ACTS[act], "odd": '"><b>'}

    page = session_only.post(address, **fields)

    assert page.status_code == 403
    text = page.get_data(as_text=True)
    form = re.search(
        r'<form method="post" action="([^"]+)" data-posted hidden>(.*?)</form>', text, re.S
    )
    assert form is not None
    assert form[1] == address
    posted = re.findall(r'name="([^"]+)" value="([^"]*)"', form[2])
    again = {name: html.unescape(value) for name, value in posted if name != "csrf_token"}
    assert again == fields
    assert len([name for name, _ in posted if name == "csrf_token"]) == 1
    with world.services.database.read() as session:
        members = {one.central_id: one for one in world.domain.roster.members(session, DESK)}
        assert members[MARLOWICK].standing is Standing.WAITING
        assert word_about(members[MARLOWICK], WordKind.REMOVAL, world.services.today()) is None
        assert world.domain.declared.of(session, world.readers["Rowanbark"].central_id) == ()


def test_session_alone_shares_nothing(
    app: Flask, world: World, session_only: Visitor, waiting: str
) -> None:
    answer = session_only.send(f"{waiting}/boxes", {"boxes": {}})

    assert (answer.status_code, answer.get_json()["error"]) == (403, "step-up")


def test_who_may_not_ask_learns_nothing_from_the_page_that_wants_the_key(
    app: Flask, world: World, waiting: str
) -> None:
    """Marlowick waits; whoever may not vouch is told so, and not asked for a key first."""
    own = visit(app, world, "Marlowick")

    assert (
        own.post(f"{person_address(world, 'Rowanbark')}/vouch", fingerprint="x").status_code == 404
    )


@pytest.fixture
def page(open_page: Callable[[], Page], scene: Scene) -> Page:
    """Marlowick's key waits; Rowanbark looks at the roster."""
    scene.add_reader("Thornbury", vouched=False)
    page = open_page()
    scene.enter(page, "Rowanbark", ROSTER)
    return page


def vouch(page: Page) -> None:
    page.get_by_role("button", name="I have compared it: vouch").click()


def unlock_elsewhere(page: Page) -> None:
    """In the same tab, on the page of the own key."""
    page.goto("/key")
    unlock(page, "Rowanbark")
    page.goto(ROSTER)


class TestInChromium:
    def test_key_is_asked_for_and_the_vouch_goes_on_by_itself(self, page: Page) -> None:
        vouch(page)
        expect(page.get_by_role("heading", name="Show your key once more")).to_be_visible()
        page.get_by_label("Passphrase or recovery code").fill(PASSPHRASES["Rowanbark"])
        page.get_by_label("Passphrase or recovery code").press("Enter")

        expect(page.get_by_text("Rowanbark vouched for this key")).to_be_visible()

    def test_unlocked_key_is_shown_without_a_question(self, page: Page) -> None:
        unlock_elsewhere(page)
        vouch(page)

        expect(page.get_by_text("Rowanbark vouched for this key")).to_be_visible()

    def test_server_that_wants_another_answer_is_not_asked_for_ever(self, page: Page) -> None:
        def refuse(route: Route) -> None:
            route.fulfill(status=422, json={"errors": [{"field": "key", "message": "Not so."}]})

        unlock_elsewhere(page)
        page.route("**/key/step-up", refuse)
        vouch(page)

        expect(page.get_by_role("alert")).to_contain_text("Not so.")
