# SPDX-License-Identifier: AGPL-3.0-or-later
"""The own key made while filing, and the page of the own report: live, reloaded, opened."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.service.reports.desk import DESK, ReaderKey
from tests.service.reports.live import Tool, Watched

pytestmark = pytest.mark.browser

WORDS = "First line.\n\n<script>alert('second')</script> Quincunx."


@pytest.fixture
def form(page: Page, tool: Tool, keys: dict[str, ReaderKey]) -> Page:
    """The form of a reporter who has no key yet."""
    tool.sign_in(page.context, "Larkspur")
    page.goto(f"/report/{DESK}")
    expect(page.get_by_role("button", name="Seal and send")).to_be_enabled()
    return page


def fill(page: Page, tool: Tool) -> None:
    """Two real edits in two forms, one that does not exist, and an account."""
    base = tool.sandbox.base_url
    page.get_by_label("What happened?").fill(WORDS)
    page.get_by_label("Which accounts is it about?").fill("Thornbury")
    page.get_by_label("Which edits show it?").fill(
        f"{base}/wiki/Special:Diff/310000005\n"
        f"{base}/w2/index.php?title=X&oldid=480000003\n"
        f"{base}/w/index.php?diff=999999999"
    )


def file_with_key(page: Page, tool: Tool) -> str:
    """File, and make a key on the way; the recovery code."""
    fill(page, tool)
    page.get_by_role("button", name="Seal and send").click()
    secret = page.locator('[data-secret="recovery"]')
    expect(secret).to_be_visible()
    expect(page.get_by_text("Your report is not sent yet")).to_be_visible()
    code = secret.inner_text()
    page.get_by_role("button", name="I have kept it").click()
    expect(page.get_by_role("heading", name="Your report has arrived")).to_be_visible()
    return code


def unlock(page: Page, code: str) -> None:
    page.get_by_label("Passphrase or recovery code").fill(code)
    page.get_by_role("button", name="Unlock").click()


def test_key_made_while_filing_opens_the_report_and_the_findings_as_they_arrive(
    form: Page, tool: Tool
) -> None:
    watched = Watched.on(form)
    code = file_with_key(form, tool)
    assert not watched.holds("Quincunx")
    assert not watched.holds(code)

    form.get_by_role("link", name="Go to your report").click()
    unlock(form, code.lower().replace("-", " "))
    expect(form.locator("[data-narrative]")).to_have_text(WORDS)
    expect(form.get_by_text("Thornbury", exact=True)).to_be_visible()
    checks = form.locator("[data-checks] > li")
    expect(checks).to_have_count(3)
    expect(checks.nth(0)).to_contain_text("waits to be checked")

    tool.work()

    expect(checks.nth(0).locator(".cs-finding")).to_contain_text(
        "Edit by Thornbury on “User talk:Larkspur”", timeout=60_000
    )
    expect(checks.nth(0)).to_contain_text("checked")
    expect(checks.nth(1).locator(".cs-finding")).to_contain_text(
        "Made by Fennelwood, not by an account that you named."
    )
    expect(checks.nth(2).locator(".cs-finding")).to_contain_text(
        "Not visible to this tool: deleted, or it never existed."
    )
    link = checks.nth(0).get_by_role("link")
    expect(link).to_have_attribute("href", f"{tool.sandbox.base_url}/wiki/Special:Diff/310000005")
    expect(link).to_have_attribute("rel", "noreferrer")


def test_reload_forgets_the_key_and_shows_the_checks_all_the_same(form: Page, tool: Tool) -> None:
    code = file_with_key(form, tool)
    form.get_by_role("link", name="Go to your report").click()
    tool.work()
    unlock(form, code)
    expect(form.locator("[data-narrative]")).to_contain_text("Quincunx")

    form.reload()

    expect(form.locator("[data-opened]")).to_be_hidden()
    assert "Quincunx" not in form.content()
    expect(form.locator("[data-checks] > li").nth(0)).to_contain_text("checked")
    unlock(form, code)
    expect(form.locator(".cs-finding").first).to_contain_text("Edit by Thornbury")


def test_going_without_a_key_after_all_sends_it_without(form: Page, tool: Tool) -> None:
    fill(form, tool)
    form.get_by_role("button", name="Seal and send").click()
    form.get_by_role("button", name="Send without a key").click()

    expect(form.get_by_role("heading", name="Your report has arrived")).to_be_visible()
    form.get_by_role("link", name="Go to your report").click()
    expect(form.get_by_text("sent without a key of yours")).to_be_visible()
    expect(form.locator("[data-checks] > li")).to_have_count(3)
    expect(form.get_by_label("Passphrase or recovery code")).to_have_count(0)


def test_second_report_is_sealed_to_the_key_without_asking_again(form: Page, tool: Tool) -> None:
    code = file_with_key(form, tool)
    form.goto(f"/report/{DESK}")
    expect(form.get_by_text("Would you like to read your own report here later?")).to_have_count(0)
    form.get_by_label("What happened?").fill("Again. Quincunx.")
    form.get_by_role("button", name="Seal and send").click()
    expect(form.get_by_role("heading", name="Your report has arrived")).to_be_visible()

    form.get_by_role("link", name="Go to your report").click()
    unlock(form, code)
    expect(form.locator("[data-narrative]")).to_have_text("Again. Quincunx.")


def test_wiki_that_does_not_answer_is_said_to_be_asked_again(form: Page, tool: Tool) -> None:
    file_with_key(form, tool)
    form.get_by_role("link", name="Go to your report").click()
    tool.sandbox.fail("503")
    tool.work()

    expect(form.locator("[data-checks] > li").nth(0)).to_contain_text(
        "the wiki did not answer; we ask again", timeout=60_000
    )
