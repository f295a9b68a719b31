# SPDX-License-Identifier: AGPL-3.0-or-later
"""Withdrawing in Chromium: with and without JavaScript, on a phone, and the way back after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.desks.rows import lay_rows
from tests.axe import axe_faults
from tests.service.reports.desk import DESK, ReaderKey
from tests.service.reports.live import Tool
from tests.service.rows import keys_of

pytestmark = pytest.mark.browser


@pytest.fixture
def page(page: Page, tool: Tool, keys: dict[str, ReaderKey]) -> Page:
    """Larkspur's browser."""
    lay_rows(tool.services.database, tool.services.desks)
    tool.sign_in(page.context, "Larkspur")
    return page


@pytest.fixture
def unscripted(chromium: Browser, tool: Tool, keys: dict[str, ReaderKey]) -> Iterator[Page]:
    """The same with JavaScript switched off."""
    lay_rows(tool.services.database, tool.services.desks)
    context = chromium.new_context(base_url=tool.base_url, java_script_enabled=False)
    tool.sign_in(context, "Larkspur")
    yield context.new_page()
    context.close()


def file(page: Page) -> str:
    """File without JavaScript; the address of the report's page."""
    page.goto(f"/report/{DESK}/plain")
    page.get_by_label("What happened?").fill("He followed me.")
    page.get_by_label("Which accounts is it about?").fill("Thornbury")
    page.get_by_role("button", name="Send it, to be sealed by the server").click()
    page.get_by_role("link", name="Go to your report").click()
    expect(page.get_by_role("heading", name="What is kept")).to_be_visible()
    return page.url


def withdraw(page: Page) -> None:
    page.get_by_role("link", name="Withdraw this report").click()
    expect(page.get_by_role("heading", name="What goes, at once")).to_be_visible()
    expect(page.get_by_role("heading", name="What stays")).to_be_visible()
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.get_by_role("heading", name="Your report is withdrawn")).to_be_visible()


def test_withdrawn_report_is_gone_from_the_list_and_behind_the_back_button(
    page: Page, tool: Tool
) -> None:
    address = file(page)
    tool.work()
    withdraw(page)

    assert keys_of(tool.services.database)["report"] == set()
    page.get_by_role("main").get_by_role("link", name="Your reports").click()
    expect(page.get_by_text("You have not sent a report")).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("heading", name="Withdraw")).to_have_count(0)
    assert page.title() == "Community Support"
    expect(page.get_by_role("link", name="Withdraw this report")).to_have_count(0)


def test_keeping_it_after_all_keeps_it(page: Page, tool: Tool) -> None:
    address = file(page)
    page.get_by_role("link", name="Withdraw this report").click()
    page.get_by_role("link", name="Keep it").click()
    expect(page).to_have_url(address)
    assert len(keys_of(tool.services.database)["report"]) == 1


def test_withdrawing_needs_no_javascript(unscripted: Page, tool: Tool) -> None:
    file(unscripted)
    withdraw(unscripted)
    assert keys_of(tool.services.database)["report"] == set()


def test_page_of_a_report_that_was_withdrawn_in_another_tab_says_so(page: Page, tool: Tool) -> None:
    """It asks how far the report is; the answer is that there is none."""
    address = file(page)
    other = page.context.new_page()
    other.goto(address)
    withdraw(other)
    page.bring_to_front()
    expect(page.get_by_role("heading", name="What is kept")).to_have_count(0, timeout=60_000)


@pytest.mark.parametrize("query", ["", "?uselang=ar"])
def test_pages_are_accessible_and_fit_a_phone(page: Page, query: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    address = file(page)
    for path in (f"{address}/withdraw", "/reports/withdrawn"):
        page.goto(path + query)
        assert axe_faults(page) == []
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wider) == 0
