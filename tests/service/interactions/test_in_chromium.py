# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole way in Chromium: asked on the page of a case, answered by the sandbox, opened here."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from service.sessions.store import SessionStore
from tests.axe import axe_faults
from tests.service.desks.scene import QUEUE, Scene, unlock
from tests.service.reports.live import Watched

pytestmark = pytest.mark.browser

OpenPage = Callable[[], Page]


def open_case(page: Page, scene: Scene, name: str) -> None:
    scene.enter(page, name, QUEUE)
    unlock(page, name)
    page.locator("[data-row]", has_text="Thornbury").get_by_role("link").click()
    expect(page.get_by_text("One report is open.")).to_be_attached()
    page.locator("summary", has_text="Where two accounts met").click()


@pytest.fixture
def page(open_page: OpenPage, scene: Scene) -> Page:
    """A case about Thornbury, with the folded part open."""
    scene.file("Quillfeather", "Thornbury", "It hurt.", scene.edit("sandboxwiki", 310000006))
    scene.tool.work()
    page = open_page()
    open_case(page, scene, "Rowanbark")
    return page


def fill(page: Page, first: str, second: str) -> None:
    page.get_by_label("One account").fill(first)
    page.get_by_label("The other account").fill(second)


def ask(page: Page, first: str = "Thornbury", second: str = "Larkspur") -> None:
    fill(page, first, second)
    page.get_by_role("button", name="Ask the wiki", exact=True).click()
    expect(page.get_by_text("The wiki will be asked.")).to_be_visible()


def questions(page: Page) -> Locator:
    return page.locator("[data-meeting-list] > li")


def answered(page: Page, scene: Scene) -> Locator:
    """One question, asked and answered; its entry."""
    ask(page)
    expect(questions(page)).to_contain_text("Waiting for the wiki.")
    scene.tool.work()
    expect(questions(page)).to_contain_text("apart")
    return questions(page)


def test_names_of_the_case_are_offered_and_its_wiki_stands_there(page: Page) -> None:
    offered = page.locator("#meeting-accounts option")

    assert [one.get_attribute("value") for one in offered.all()] == ["Larkspur", "Thornbury"]
    expect(page.get_by_label("One account")).to_have_value("Thornbury")
    expect(page.get_by_label("On which wiki")).to_have_value("sandboxwiki")
    expect(page.get_by_text("Closeness is no proof")).to_be_visible()


def test_answer_comes_live_with_pages_distances_and_links(page: Page, scene: Scene) -> None:
    watched = Watched.on(page)
    entry = answered(page, scene)

    expect(entry.get_by_role("heading")).to_have_text("Thornbury and Larkspur on sandboxwiki")
    expect(entry).to_contain_text("Within a day · 180 days")
    met = entry.locator("li", has_text="User talk:Larkspur")
    expect(met).to_contain_text("One hour apart")
    expect(met).to_contain_text("Edits of this page in this time: 3 by Thornbury, 1 by Larkspur.")
    link = met.get_by_role("link", name="Thornbury, 2 October 2026 at 06:30 UTC")
    address = f"{scene.tool.sandbox.base_url}/wiki/Special:Diff/310000005"
    expect(link).to_have_attribute("href", address)
    expect(link).to_have_attribute("rel", "noreferrer")
    expect(met.get_by_role("link").last).to_contain_text("Larkspur, 2 October 2026 at 07:37 UTC")
    assert not [one for one in watched.requests if "Larkspur" in one.url]


def test_question_is_still_there_when_the_page_is_loaded_again(page: Page, scene: Scene) -> None:
    answered(page, scene)

    page.reload()
    page.locator("summary", has_text="Where two accounts met").click()

    expect(questions(page)).to_contain_text("Thornbury and Larkspur on sandboxwiki")
    expect(questions(page)).to_contain_text("User talk:Larkspur")


def test_wiki_that_is_away_is_said_to_be_asked_again(page: Page, scene: Scene) -> None:
    scene.tool.sandbox.fail("503", wiki="sandboxwiki")
    ask(page)
    scene.tool.work()

    expect(questions(page)).to_contain_text("The wiki did not answer. It is asked again later.")


def test_account_that_the_wiki_does_not_know_is_said_so(page: Page, scene: Scene) -> None:
    ask(page, second="Nobody Of This Name")
    scene.tool.work()

    expect(questions(page)).to_contain_text("The wiki does not know Nobody Of This Name")
    expect(questions(page)).to_contain_text("On no page their edits are that close.")


def test_error_stands_at_its_field_and_what_was_typed_stays(page: Page) -> None:
    fill(page, "Thornbury", "user:thornbury")
    page.get_by_label("On which wiki").press("Enter")

    second = page.get_by_label("The other account")
    expect(page.get_by_text("This is the same account. Write another one.")).to_be_visible()
    expect(second).to_be_focused()
    expect(second).to_have_attribute("aria-invalid", "true")
    expect(second).to_have_value("user:thornbury")
    expect(questions(page)).to_have_count(0)


def test_wiki_that_does_not_confirm_the_right_is_said_at_the_button(
    page: Page, scene: Scene
) -> None:
    """Nobody is left with a button that does nothing."""
    services, sandbox = scene.tool.services, scene.tool.sandbox
    store = SessionStore(
        services.database, services.vault, services.config.secret_key, services.clock
    )
    hours_ago = services.clock() - timedelta(hours=2)
    store.refresh(scene.id_of("Rowanbark"), {"rights_checked": int(hours_ago.timestamp())})
    sandbox.fail("503", action="query+globaluserinfo")
    fill(page, "Thornbury", "Larkspur")

    page.get_by_role("button", name="Ask the wiki", exact=True).click()

    expect(page.get_by_role("alert").filter(has_text="Reports can be read only")).to_be_visible()
    expect(questions(page)).to_have_count(0)


def test_removed_question_is_gone_and_focus_has_a_place(page: Page, scene: Scene) -> None:
    entry = answered(page, scene)

    entry.get_by_role("button", name="Remove").press("Enter")

    expect(page.get_by_text("It was removed.")).to_be_visible()
    expect(questions(page)).to_have_count(0)
    expect(page.locator("summary", has_text="Where two accounts met")).to_be_focused()


def test_colleague_sees_nothing_of_it(page: Page, scene: Scene, open_page: OpenPage) -> None:
    answered(page, scene)
    other = open_page()

    open_case(other, scene, "Fennelwood")

    expect(other.get_by_label("One account")).to_be_visible()
    expect(questions(other)).to_have_count(0)


def test_answer_that_was_swapped_for_another_does_not_open(page: Page, scene: Scene) -> None:
    """A server that hands out one answer as another's is noticed."""
    answered(page, scene)
    path = re.compile(r"/interactions/[A-Za-z0-9_-]{22}$")
    with page.expect_response(path) as caught:
        page.reload()
    body = caught.value.json()
    page.locator("summary", has_text="Where two accounts met").click()
    page.route(path, lambda route: route.fulfill(json=body))

    ask(page, second="Quillfeather")

    expect(questions(page).filter(has_text="could not be opened")).to_have_count(1)


def test_axe_finds_nothing_and_a_phone_shows_it_whole(page: Page, scene: Scene) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    answered(page, scene)
    page.get_by_label("One account").fill("")
    page.get_by_role("button", name="Ask the wiki", exact=True).click()
    expect(page.get_by_text("Write one account name or IP address.")).to_be_visible()

    assert axe_faults(page) == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(wider) == 0
    assert "\u29fc" not in page.locator("body").inner_text()  # a message that the page lacks
