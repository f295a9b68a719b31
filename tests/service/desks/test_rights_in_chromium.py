# SPDX-License-Identifier: AGPL-3.0-or-later
"""The marked lane and a lost right as a reader meets them, in Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from service.rights.settling import Told, settle
from service.sessions.person import Person
from service.sessions.store import PERSON, SessionStore
from tests.service.desks.scene import QUEUE, ROSTER, Scene, unlock
from tests.service.retention.test_in_chromium import check

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 800}


def gap(above: Locator, below: Locator) -> float:
    """Pixels between two elements, one below the other."""
    upper, lower = above.bounding_box(), below.bounding_box()
    assert upper is not None
    assert lower is not None
    return lower["y"] - upper["y"] - upper["height"]


@pytest.fixture
def page(open_page: Callable[[], Page], scene: Scene) -> Page:
    """A reader looks at a list with a case of one report, which came from a new account."""
    scene.fold("Dewberry", "Thornbury", "It hurt.", review=True)
    page = open_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    scene.enter(page, "Rowanbark", QUEUE)
    return page


def test_reader_looks_first_and_lets_the_report_count(page: Page) -> None:
    expect(page.locator("[data-row] [data-review]")).to_have_text("look first")
    check(page)
    page.locator("[data-row]").get_by_role("link").click()
    expect(page.get_by_text("The case is counted without it")).to_be_visible()
    check(page)

    unlock(page, "Rowanbark")
    box, words = page.locator(".cs-card > .cdx-message"), page.locator(".cs-card > [data-body]")
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert gap(box, words) == pytest.approx(16, abs=1)
    page.get_by_role("button", name="It counts").click()

    expect(page.get_by_text("said that it counts")).to_be_visible()
    expect(page.get_by_role("button", name="Set it aside")).to_be_visible()
    check(page)
    page.goto(QUEUE)
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-review]")).to_have_count(0)


def test_colleagues_see_a_lost_right_on_the_roster(page: Page, scene: Scene) -> None:
    services, domain = scene.tool.services, scene.tool.services.domain
    told = Told(scene.id_of("Fennelwood"), "Fennelwood", frozenset())
    assert settle(services.database, domain, services.desks, told, services.clock())

    page.goto(ROSTER)

    expect(page.get_by_text("no right to read here any more")).to_be_visible()
    check(page)


def test_page_that_the_wiki_keeps_closed_says_why(page: Page, scene: Scene) -> None:
    services = scene.tool.services
    store = SessionStore(
        services.database, services.vault, services.config.secret_key, services.clock
    )
    person = Person(scene.id_of("Rowanbark"), "Rowanbark")
    token = store.create({PERSON: person.to_json()})
    page.context.add_cookies([{"name": "session", "value": token, "url": scene.tool.base_url}])

    page.goto(QUEUE)

    expect(page.get_by_role("heading", name="did not say which rights you have")).to_be_visible()
    expect(page.get_by_role("button", name="Ask the wiki again")).to_be_visible()
    check(page)
