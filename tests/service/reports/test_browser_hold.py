# SPDX-License-Identifier: AGPL-3.0-or-later
"""Holding a report back in Chromium: with the script and without it, and ending it again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from service.reports.hold import Hold
from tests.service.reports.desk import DESK, ReaderKey
from tests.service.reports.live import Tool, sign_in
from tests.service.reports.test_browser_filing import choose, expect_sent, filed, send, write

pytestmark = pytest.mark.browser


def held_form(page: Page) -> Page:
    page.goto(f"/report/{DESK}")
    expect(page.get_by_role("button", name="Seal and send")).to_be_enabled()
    choose(page, "Go without")
    write(page)
    choose(page, "Wait until 2 people in all, me included, have reported the account")
    return page


def test_report_waits_when_its_reporter_chose_so_and_no_longer_when_the_wait_is_ended(
    page: Page, tool: Tool, keys: dict[str, ReaderKey]
) -> None:
    sign_in(page, "Larkspur")
    form = held_form(page)
    send(form)
    expect(form.get_by_text("it would wait for ever")).to_be_visible()
    expect(form.get_by_label("No, the desk may read it now")).to_be_focused()
    form.get_by_label("Which accounts is it about?").fill("Brackenridge")
    send(form)

    expect_sent(form)
    expect(form.get_by_text("We keep it back until 2 people in all")).to_be_visible()
    assert filed(form, tool).meta.hold == Hold(2)
    form.get_by_role("link", name="Go to your report").click()
    expect(form.get_by_text("You asked us to keep this report back")).to_be_visible()
    form.get_by_role("button", name="Do not wait any longer").click()
    expect(form.get_by_text("You ended the waiting on")).to_be_visible()
    expect(form.locator('[aria-current="step"]')).to_contain_text("Received")
    assert filed(form, tool).meta.hold == Hold(2, ended=tool.services.today())


def test_report_can_be_held_without_javascript(
    chromium: Browser, tool: Tool, keys: dict[str, ReaderKey]
) -> None:
    context = chromium.new_context(base_url=tool.base_url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "Larkspur")
    page.goto(f"/report/{DESK}/plain")
    page.get_by_label("What happened?").fill("He followed me.")
    page.get_by_label("Which accounts is it about?").fill("Brackenridge")
    page.get_by_text("Wait until 3 people in all").click()
    page.get_by_role("button", name="Send it, to be sealed by the server").click()

    expect(page.get_by_text("We keep it back until 3 people in all")).to_be_visible()
    assert filed(page, tool).meta.hold == Hold(3)
    context.close()
