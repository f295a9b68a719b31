# SPDX-License-Identifier: AGPL-3.0-or-later
"""The new functionary: a key, a colleague's word, the reports from before, and the case."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.demo.driver import QUEUE, ROSTER, card_of
from tests.demo.story import Opened, Story

pytestmark = pytest.mark.browser


@pytest.fixture
def page(story: Story, case: Opened) -> Page:
    """Marlowick's tab with the case open."""
    tab = story.people.tab("Marlowick")
    tab.goto(case.path)
    expect(tab.get_by_text("2 reports are open.")).to_be_attached()
    return tab


def reports(page: Page) -> Locator:
    return page.locator(".cs-reports > li")


def row(page: Page) -> Locator:
    """The case's line in the list, once the browser has opened the account into it."""
    return page.locator("[data-row]").filter(has_text="Thornbury")


def test_generated_passphrase_has_six_words(case: Opened) -> None:
    assert len(case.passphrase.split()) == 6


def test_roster_says_who_vouched(page: Page) -> None:
    page.goto(ROSTER)
    expect(card_of(page, "Marlowick")).to_contain_text("Rowanbark vouched for this key")
    expect(card_of(page, "Rowanbark")).to_contain_text(
        "Two people from outside this desk vouched for this key"
    )


def test_queue_tells_the_account_to_whoever_unlocks(page: Page) -> None:
    page.goto(QUEUE)
    expect(row(page)).to_have_count(1)
    expect(row(page)).to_contain_text("nobody yet")
    expect(row(page)).to_contain_text("sandbox2wiki, sandboxwiki")


def test_case_holds_both_reports_though_they_are_older_than_the_key(page: Page) -> None:
    expect(reports(page)).to_have_count(2)
    expect(page.locator("main")).to_contain_text("my biography of a xylographer")
    expect(page.locator("main")).to_contain_text("Серебрянка")


def test_reporters_are_codes(page: Page) -> None:
    for name in ("Larkspur", "Quillfeather"):
        expect(reports(page).locator(".cs-hint", has_text=name)).to_have_count(0)
    heads = [one.locator(".cs-hint").first.inner_text() for one in reports(page).all()]
    assert len({head.split(",")[0] for head in heads}) == 2


def test_edit_that_both_cite_stands_once_and_is_marked(page: Page) -> None:
    shared = page.locator("[data-evidence] .cs-bracket")
    expect(shared).to_have_count(1)
    expect(shared).to_contain_text("Cited by 2 reports")
    expect(shared).to_contain_text("Edit by Thornbury on “User talk:Quillfeather”")
    address = shared.get_by_role("link", name="Open on the wiki").get_attribute("href")
    assert address is not None
    assert address.endswith("480000004")


def test_edits_are_told_in_sentences_by_day(page: Page) -> None:
    evidence = page.locator("[data-evidence]")
    expect(evidence).to_contain_text("Edit by Thornbury on “User talk:Larkspur”")
    expect(evidence).to_contain_text("Not visible to this tool: deleted, or it never existed.")
    expect(evidence.locator("h3", has_text="4 October 2026")).to_have_count(1)


def test_locked_tab_shows_nothing_of_the_case(page: Page, case: Opened) -> None:
    page.locator("[data-lock]").click()
    expect(page.get_by_label("Passphrase or recovery code")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("xylographer")
    expect(page.locator("main")).not_to_contain_text("Thornbury")
    page.get_by_label("Passphrase or recovery code").fill(case.passphrase)
    page.get_by_role("button", name="Unlock", exact=True).click()
    expect(page.locator("main")).to_contain_text("xylographer")


def test_taking_and_working_on_a_case_shows_in_the_queue(page: Page) -> None:
    page.get_by_role("button", name="Take this case").click()
    page.get_by_role("button", name="Begin to work on it").click()
    page.goto(QUEUE)
    expect(row(page)).to_contain_text("Being worked on")
    row(page).get_by_role("link").click()
    page.get_by_role("button", name="Give it back").click()
    page.get_by_role("button", name="Back to open").click()
    expect(page.get_by_role("button", name="Begin to work on it")).to_be_visible()
