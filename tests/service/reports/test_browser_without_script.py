# SPDX-License-Identifier: AGPL-3.0-or-later
"""The scripted form never falls back to sending in clear: script switched off, or blocked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.service.reports.desk import DESK, ReaderKey
from tests.service.reports.live import Tool, Watched, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def unscripted(chromium: Browser, tool: Tool, keys: dict[str, ReaderKey]) -> Iterator[Page]:
    """A page of a browser in which JavaScript is switched off."""
    context = chromium.new_context(base_url=tool.base_url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "Larkspur")
    yield page
    context.close()


def test_without_javascript_the_page_says_so_and_leads_to_the_other_form(unscripted: Page) -> None:
    unscripted.goto(f"/report/{DESK}")

    expect(unscripted.get_by_text("JavaScript is switched off or was blocked")).to_be_visible()
    expect(unscripted.locator("#narrative")).to_be_hidden()
    unscripted.get_by_role("link", name="Use the form without JavaScript").first.click()
    expect(unscripted.get_by_text("readable on the server for a moment")).to_be_visible()


def test_report_can_be_filed_and_followed_without_javascript(unscripted: Page) -> None:
    unscripted.goto(f"/report/{DESK}/plain")
    unscripted.get_by_label("What happened?").fill("He followed me.")
    unscripted.get_by_label("Which accounts is it about?").fill("Thornbury")
    unscripted.get_by_role("button", name="Send it, to be sealed by the server").click()

    expect(unscripted.get_by_role("heading", name="Your report has arrived")).to_be_visible()
    unscripted.get_by_role("link", name="Go to your report").click()
    expect(unscripted.locator('[aria-current="step"]')).to_contain_text("Received")


def test_without_styles_and_script_nothing_typed_can_leave_the_page(
    page: Page, tool: Tool, keys: dict[str, ReaderKey]
) -> None:
    """The bundle is blocked, as by a filter on the way; whoever forces the form sends nothing."""
    sign_in(page, "Larkspur")
    page.route("**/static/app-*.js", lambda route: route.abort())
    page.route("**/static/app-*.css", lambda route: route.abort())
    page.goto(f"/report/{DESK}")
    watched = Watched.on(page)

    page.locator("#narrative").fill("Quincunx")
    page.locator("#account").fill("Thornbury")
    page.locator("#account").press("Enter")
    page.locator("#context").evaluate("field => field.closest('details').open = true")
    page.locator("#context").fill("somewhere")
    page.locator("#context").press("Enter")
    page.locator('[name="wishes"]').first.press("Enter")
    expect(page.get_by_role("button", name="Seal and send")).to_be_disabled()
    page.locator("[data-send]").evaluate("button => { button.disabled = false; button.click(); }")

    assert watched.requests == []
    assert page.url.endswith(f"/report/{DESK}")
    expect(page.get_by_text("JavaScript is switched off or was blocked")).to_be_visible()


def test_with_the_bundle_blocked_the_form_stays_hidden(
    page: Page, tool: Tool, keys: dict[str, ReaderKey]
) -> None:
    sign_in(page, "Larkspur")
    page.route("**/static/app-*.js", lambda route: route.abort())
    page.goto(f"/report/{DESK}")

    expect(page.locator("#narrative")).to_be_hidden()
    expect(page.get_by_role("link", name="Use the form without JavaScript").first).to_be_visible()
