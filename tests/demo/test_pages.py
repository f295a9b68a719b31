# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page of the story: for screen readers, on a small screen, by keyboard, in peace."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.demo.driver import FORM, expect_sent, send_button
from tests.demo.looking import Inspector
from tests.demo.people import People
from tests.demo.story import Filed, Opened, Story

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def looked(
    story: Story,
    inspector: Inspector,
    first_report: Filed,
    case: Opened,
    preview: str,
    plain_report: Filed,
) -> Inspector:
    """After every page that there is was looked at."""
    story.visit_unknown()
    story.look_at_the_rest(first_report)
    return inspector


def test_axe_finds_nothing_on_any_page(looked: Inspector) -> None:
    assert len(looked.looked_at) >= 35
    assert looked.violations == []


def test_no_page_scrolls_sideways_at_320_px_in_either_direction(looked: Inspector) -> None:
    assert looked.too_wide == []


def test_no_page_complains_in_its_console(looked: Inspector, people: People) -> None:
    assert people.complaints == []


def tab_to(page: Page, wanted: Locator, most: int = 80) -> None:
    """Press Tab until ``wanted`` has the focus."""
    wanted.wait_for()
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("it => it === document.activeElement"):
            return
    pytest.fail(f"out of reach: {wanted}")


def test_report_can_be_filed_by_keyboard_alone(story: Story, plain_report: Filed) -> None:
    """By Nettlecombe, who is blocked on the first wiki; from the first page to the last."""
    page = story.people.profile().new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    for button in ("Sign in and begin", "Nettlecombe", "Allow"):
        tab_to(page, page.get_by_role("button", name=button, exact=True))
        page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Write to this desk"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{FORM}")
    expect(send_button(page)).to_be_enabled()
    tab_to(page, page.get_by_label("What happened?"))
    page.keyboard.type("Nothing but keys was pressed for this.")
    tab_to(page, page.get_by_label("Which accounts is it about?"))
    page.keyboard.type("Brackenridge")
    page.keyboard.press("Enter")
    expect(page.locator("[data-accounts] > li")).to_have_count(1)
    tab_to(page, page.locator("#key-make"))
    page.keyboard.press("ArrowDown")
    tab_to(page, send_button(page))
    page.keyboard.press("Enter")
    expect_sent(page)
    page.context.close()


def test_escape_twice_leaves_at_once(story: Story, case: Opened) -> None:
    page = story.people.profile().new_page()
    page.goto("/privacy")
    page.locator("html[data-script=ready]").wait_for(state="attached")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url(f"{story.demo.sandbox_url}/**")
    page.context.close()


def test_right_to_left_is_what_a_language_asks_for(story: Story, people: People) -> None:
    page = people.profile().new_page()
    page.goto("/?uselang=ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.context.close()
