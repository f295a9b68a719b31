# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page of the reporter in Chromium: weight, accessibility, narrow screens, keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from service.quota.quota import Allowance
from tests.axe import axe_faults
from tests.service.reports.desk import CLOSED_DESK, DESK, ReaderKey, add_reader
from tests.service.reports.live import Tool

pytestmark = pytest.mark.browser

LARGEST_FIRST_PAGE = 100 * 1024
MOST_REQUESTS = 8


@pytest.fixture
def reporter(page: Page, tool: Tool, keys: dict[str, ReaderKey]) -> Page:
    tool.sign_in(page.context, "Larkspur")
    return page


def open_form(page: Page, query: str = "") -> None:
    page.goto(f"/report/{DESK}{query}")
    expect(page.get_by_role("button", name="send")).to_be_enabled()


def fill_form(page: Page, tool: Tool) -> None:
    page.locator("#narrative").fill("He followed me.")
    page.locator("#account").fill("Thornbury")
    page.locator("#account").press("Enter")
    page.locator("#links").fill(
        f"{tool.sandbox.base_url}/wiki/Special:Diff/310000005 https://x.example/"
    )
    expect(page.locator("[data-found] > li")).to_have_count(2)


def filed_form(page: Page, tool: Tool, query: str = "") -> None:
    open_form(page, query)
    fill_form(page, tool)


def form_with_errors(page: Page, _tool: Tool, query: str = "") -> None:
    open_form(page, query)
    page.locator("[data-send]").click()
    expect(page.locator("#error-narrative")).to_be_visible()


def sending(page: Page, tool: Tool, query: str = "") -> None:
    filed_form(page, tool, query)
    page.locator("[data-send]").click()
    expect(page.locator("[data-secret]")).to_be_visible()


def sent(page: Page, tool: Tool, query: str = "") -> None:
    filed_form(page, tool)
    page.locator('label[for="key-without"]').click()
    page.locator("[data-send]").click()
    page.wait_for_url("**/sent")
    page.goto(page.url + query)


def own(page: Page, tool: Tool, query: str = "") -> None:
    sent(page, tool)
    page.goto(page.url.removesuffix("/sent") + query)
    expect(page.locator("[data-checks]")).to_be_visible()


def held(page: Page, tool: Tool, query: str = "") -> None:
    """The page of a report that waits for others."""
    filed_form(page, tool)
    page.locator('label[for="hold-2"]').click()
    page.locator('label[for="key-without"]').click()
    page.locator("[data-send]").click()
    page.wait_for_url("**/sent")
    page.goto(page.url.removesuffix("/sent") + query)
    expect(page.locator("[aria-labelledby='own-hold']")).to_be_visible()


def held_for_nobody(page: Page, tool: Tool, query: str = "") -> None:
    open_form(page, query)
    page.locator("#narrative").fill("He followed me.")
    page.locator('label[for="hold-5"]').click()
    page.locator("#hold summary").click()
    page.locator("[data-send]").click()
    expect(page.locator("#error-hold")).to_be_visible()


def full(page: Page, tool: Tool, query: str = "") -> None:
    """Where the form would be, for somebody who has filed as much as may be."""
    services, allowance = tool.services, Allowance(5, 30)
    person = tool.sandbox.person("Larkspur").id
    with services.database.write() as session:
        quota, today = services.domain.quota, services.today()
        while quota.again(session, person, allowance, today) is None:
            quota.count(session, person, allowance, today)
    page.goto(f"/report/{DESK}{query}")
    expect(page.locator("#narrative")).to_have_count(0)


def opened(page: Page, tool: Tool, query: str = "") -> None:
    sending(page, tool)
    code = page.locator("[data-secret]").inner_text()
    page.locator(".cs-sheet .cdx-button--weight-primary").click()
    page.wait_for_url("**/sent")
    tool.work()
    page.goto(page.url.removesuffix("/sent") + query)
    page.locator("[data-unlock] input[type=password]").fill(code)
    page.locator("[data-unlock] button").click()
    expect(page.locator(".cs-finding")).to_be_visible()


def added_to(page: Page, tool: Tool, query: str = "") -> None:
    """With a thread, the form's errors and its list of links."""
    opened(page, tool, query)
    page.locator("#narrative").fill("And again. " * 40)
    page.locator("[data-adding] [data-send]").click()
    expect(page.locator("[data-thread] > li")).to_have_count(1)
    page.locator("#links").fill(f"{tool.sandbox.base_url}/wiki/Special:Diff/1 https://x.example/")
    expect(page.locator("[data-found] > li")).to_have_count(2)
    page.locator("#links").fill("nothing")
    page.locator("[data-adding] [data-send]").click()
    expect(page.locator("#error-narrative")).to_be_visible()


def adding_plain(page: Page, tool: Tool, query: str = "") -> None:
    sent(page, tool)
    page.goto(page.url.replace("/sent", "/add") + query)


def adding_plain_with_errors(page: Page, tool: Tool, query: str = "") -> None:
    adding_plain(page, tool, query)
    page.locator("form.cs-plain button").click()
    expect(page.locator("#errors")).to_be_focused()


def plainly(path: str) -> Callable[..., None]:
    def go(page: Page, _tool: Tool, query: str = "") -> None:
        page.goto(path + query)

    return go


def plain_with_errors(page: Page, _tool: Tool, query: str = "") -> None:
    page.goto(f"/report/{DESK}/plain{query}")
    page.locator("form.cs-plain button").click()
    expect(page.locator("#errors")).to_be_focused()


PAGES: dict[str, Callable[..., None]] = {
    "choose": plainly("/report"),
    "closed": plainly(f"/report/{CLOSED_DESK}"),
    "write": filed_form,
    "write, with errors": form_with_errors,
    "sending": sending,
    "sent": sent,
    "full": full,
    "held": held,
    "held for nobody": held_for_nobody,
    "own": own,
    "own, opened": opened,
    "own, added to": added_to,
    "adding without a script": adding_plain,
    "adding without a script, with errors": adding_plain_with_errors,
    "mine": plainly("/reports"),
    "plain": plainly(f"/report/{DESK}/plain"),
    "plain, with errors": plain_with_errors,
    "reminders": plainly("/reminders"),
}


def test_form_is_light_however_many_read_at_the_desk(reporter: Page, tool: Tool) -> None:
    """First visit, empty cache: bytes of all answers with their headers, as they travel."""
    for number in range(17):
        add_reader(tool.services, DESK, 7000 + number, f"Reader number {number}")
    sizes: list[int] = []

    def weigh(request: object) -> None:
        measured = request.sizes()  # type: ignore[attr-defined]
        sizes.append(measured["responseBodySize"] + measured["responseHeadersSize"])

    reporter.on("requestfinished", weigh)
    reporter.goto(f"/report/{DESK}", wait_until="networkidle")

    assert len(sizes) <= MOST_REQUESTS
    assert sum(sizes) < LARGEST_FIRST_PAGE


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    reporter: Page, tool: Tool, name: str
) -> None:
    reporter.set_viewport_size({"width": 320, "height": 640})
    PAGES[name](reporter, tool)

    assert axe_faults(reporter) == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert reporter.evaluate(wider) == 0


@pytest.mark.parametrize(
    "name",
    ["write", "own, opened", "own, added to", "adding without a script", "plain", "choose"],
)
def test_right_to_left_nothing_scrolls_sideways(reporter: Page, tool: Tool, name: str) -> None:
    reporter.set_viewport_size({"width": 320, "height": 640})
    PAGES[name](reporter, tool, "?uselang=ar")

    assert reporter.evaluate("document.documentElement.dir") == "rtl"
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert reporter.evaluate(wider) == 0


def test_report_is_filed_with_the_keyboard_alone(reporter: Page, tool: Tool) -> None:
    open_form(reporter)
    keyboard = reporter.keyboard

    def tab_to(selector: str) -> None:
        for _ in range(60):
            keyboard.press("Tab")
            if reporter.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"the Tab key does not lead to {selector}")

    tab_to("#narrative")
    keyboard.type("Written without a mouse.")
    tab_to("#account")
    keyboard.type("Thornbury")
    keyboard.press("Enter")
    tab_to("[name=key]")
    keyboard.press("ArrowDown")
    expect(reporter.locator("#key-without")).to_be_checked()
    tab_to("[data-send]")
    keyboard.press("Enter")

    expect(reporter.get_by_role("heading", name="Your report has arrived")).to_be_visible()
