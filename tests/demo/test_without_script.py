# SPDX-License-Identifier: AGPL-3.0-or-later
"""The second way to file, and that the first never becomes it by accident."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.demo.driver import FORM, PLAIN_FORM, QUEUE
from tests.demo.story import DEWBERRY_WROTE, PLAIN_WORD, Filed, Opened, Story

pytestmark = pytest.mark.browser


def test_report_filed_without_javascript_is_read_by_the_desk(
    story: Story, case: Opened, plain_report: Filed
) -> None:
    page = story.people.tab("Marlowick")
    page.goto(f"{QUEUE}?state=all")
    row = page.locator("[data-row]").filter(has_text="Brackenridge")
    row.get_by_role("link").click()
    expect(page.locator("main")).to_contain_text(DEWBERRY_WROTE)
    expect(page.locator("[data-evidence]")).to_contain_text("Edit by Brackenridge")


def test_reader_whom_it_does_not_name_sees_it(
    story: Story, case: Opened, plain_report: Filed
) -> None:
    """Thornbury, who sees nothing of the reports that name Thornbury."""
    page = story.people.tab("Thornbury")
    page.goto(QUEUE)
    expect(page.locator("[data-row]")).to_have_count(1)


def test_what_the_plain_form_says_is_true(story: Story, plain_report: Filed) -> None:
    """Its words do leave the browser; nothing of the other form's does (test_first_reporter)."""
    page = story.people.tab("Larkspur").context.new_page()
    page.goto(PLAIN_FORM)
    expect(page.get_by_text("readable on the server for a moment")).to_be_visible()
    assert story.people.wire.found([PLAIN_WORD]) == [PLAIN_WORD]
    page.close()


def test_scripted_form_sends_nothing_when_its_script_does_not_load(
    story: Story, first_report: Filed
) -> None:
    page = story.people.tab("Larkspur").context.new_page()
    page.route("**/static/app-*", lambda route: route.abort())
    page.goto(FORM)
    narrative = page.locator("#narrative")
    narrative.fill("sesquipedalian", force=True)
    narrative.evaluate("field => field.closest('form')?.requestSubmit()")
    page.locator("#account").fill("sesquipedalian", force=True)
    page.locator("#account").press("Enter")
    page.locator("[data-send]").evaluate("it => { it.disabled = false; it.click(); }")
    assert narrative.get_attribute("name") is None
    page.reload()
    assert story.people.wire.found(["sesquipedalian"]) == []
    page.close()
