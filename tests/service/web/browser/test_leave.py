# SPDX-License-Identifier: AGPL-3.0-or-later
"""Leave now: gone at once, signed out, and no way back by the browser's back button."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.service.web.browser.served import Answer, Site
from tests.service.web.browser.test_unlocked import keep

pytestmark = pytest.mark.browser


@pytest.fixture
def neutral(site: Site) -> None:
    site.page("/neutral", "<!DOCTYPE html><title>Weather</title><p>Sunny spells")
    site.answers["POST", "/leave"] = lambda _asked: Answer(b"", "text/plain", 204)


def press_button(page: Page) -> None:
    page.get_by_role("button", name="Leave").click()


def press_escape_twice(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


@pytest.mark.usefixtures("neutral")
@pytest.mark.parametrize("leave", [press_button, press_escape_twice])
def test_leaving_shows_the_neutral_page_and_signs_out(
    page: Page, site: Site, leave: Callable[[Page], None]
) -> None:
    keep(page)
    with page.expect_request("**/leave"):
        leave(page)
    page.wait_for_url("**/neutral")
    assert page.evaluate("sessionStorage.length") == 0
    page.go_back()
    assert page.url == "about:blank"
    assert len(site.posted("/leave")) == 1


@pytest.mark.usefixtures("neutral")
def test_one_escape_does_nothing_and_two_slow_ones_neither(page: Page, site: Site) -> None:
    page.keyboard.press("Escape")
    page.evaluate(
        """() => {
            const late = new KeyboardEvent("keydown", { key: "Escape", bubbles: true });
            Object.defineProperty(late, "timeStamp", { value: performance.now() + 5_000 });
            document.dispatchEvent(late);
        }"""
    )
    assert page.get_by_role("button", name="Leave").is_visible()  # leaving empties the page first
    assert site.posted("/leave") == []


@pytest.mark.usefixtures("neutral")
def test_a_server_that_does_not_answer_keeps_nobody(page: Page, site: Site) -> None:
    page.route("**/leave", lambda route: route.abort())
    press_button(page)
    page.wait_for_url("**/neutral")
