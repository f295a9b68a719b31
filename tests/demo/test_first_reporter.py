# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first reporter: signs in, sees who reads, files, and follows the report."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.demo.driver import finding, unlock
from tests.demo.people import People
from tests.demo.story import SEALED_WORDS, Filed, Opened, Story

pytestmark = pytest.mark.browser


def test_whoever_cancels_on_the_wiki_can_sign_in_afterwards(signed_in: Page) -> None:
    expect(signed_in.locator("summary", has_text="Larkspur")).to_be_visible()


def test_readers_are_shown_by_name_before_a_word_is_written(first_report: Filed) -> None:
    before, _ = first_report.readers
    assert "3 people can open what you write. This server cannot." in before
    for name in ("Rowanbark", "Fennelwood", "Thornbury"):
        assert name in before
    assert "This server is run by Pebbleworth." in before


def test_reported_functionary_leaves_the_readers_as_soon_as_the_name_is_typed(
    first_report: Filed,
) -> None:
    _, after = first_report.readers
    assert "2 people can open what you write. This server cannot." in after
    assert "named by you, so left out" in after


def test_each_pasted_link_is_said_to_be_recognised(first_report: Filed) -> None:
    second_answer, other_wiki, deleted = first_report.recognised
    assert "sandboxwiki · one edit · The second answer" in second_answer
    assert "sandbox2wiki · one edit · Then on the other wiki" in other_wiki
    assert "sandboxwiki · one edit · deleted" in deleted


def test_no_word_of_a_narrative_ever_left_the_browser_readable(
    people: People, second_report: Filed
) -> None:
    """On the wire itself: every byte that both reporters' browsers sent."""
    assert people.wire.found(SEALED_WORDS) == []
    sent = people.wire.sent
    assert sent.count(b'filename="narrative.age"') >= 2
    assert sent.count(b"age-encryption.org/v1\n-> mlkem768x25519 ") >= 2
    assert people.wire.found(["user:thornbury"]) != []


def test_findings_arrive_on_the_open_page(story: Story, second_report: Filed) -> None:
    """Larkspur's page was opened with the key while the second wiki was away, and stays open."""
    page = story.people.tab("Larkspur")
    expect(finding(page, 0)).to_contain_text("Edit by Thornbury on “User talk:Larkspur”")
    expect(finding(page, 1)).to_contain_text("Edit by Thornbury on “User talk:Quillfeather”")
    expect(finding(page, 2)).to_contain_text("deleted, or it never existed")
    expect(page.locator("[data-narrative]")).to_contain_text("xylographer")


def test_page_opened_anew_tells_progress_at_once_and_the_rest_with_the_recovery_code(
    story: Story, first_report: Filed
) -> None:
    page = story.people.tab("Larkspur").context.new_page()
    page.goto(first_report.path)
    expect(page.locator('[aria-current="step"]')).to_be_visible()
    expect(page.get_by_text("means to have looked into it by")).to_be_visible()
    expect(page.locator("[data-narrative]")).to_be_hidden()
    unlock(page, str(first_report.code).lower().replace("-", " "))
    expect(page.locator("[data-narrative]")).to_contain_text("old quincunx in the river park")
    expect(finding(page, 0)).to_contain_text("Edit by Thornbury")
    page.close()


def test_reporter_learns_that_somebody_began_to_read(
    story: Story, first_report: Filed, case: Opened
) -> None:
    page = story.people.tab("Larkspur")
    expect(page.locator('[aria-current="step"]')).to_contain_text("Being read")
    expect(page.locator("main")).not_to_contain_text("Marlowick")


def test_reporter_without_a_key_sees_progress_and_nothing_else(
    story: Story, second_report: Filed
) -> None:
    page = story.people.tab("Quillfeather")
    expect(page.get_by_text("sent without a key of yours")).to_be_visible()
    expect(page.locator('[data-checks] > li[data-state="checked"]')).to_have_count(2)
    expect(page.locator("main")).not_to_contain_text("Thornbury")


def test_report_of_somebody_else_is_answered_like_one_that_is_not_there(
    story: Story, first_report: Filed, second_report: Filed
) -> None:
    page = story.people.tab("Quillfeather").context.new_page()
    answer = page.goto(first_report.path)
    assert answer is not None
    assert answer.status == 404
    page.close()
