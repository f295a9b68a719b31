# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker and the wikis, seen from the wikis: who asked what, how often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.demo.driver import finding
from tests.demo.process import Demo
from tests.demo.story import ABSENT_REVID, Filed, Story

pytestmark = pytest.mark.browser


def questions(demo: Demo, wiki: str, revid: str) -> list[Mapping[str, Any]]:
    """Requests to a wiki that asked about an edit by its number."""
    return [
        one
        for one in demo.asked()
        if one["wiki"] == wiki and revid in str(one["params"].get("revids", "")).split("|")
    ]


def test_pywikibot_asks_about_all_links_of_a_report_in_one_batch(
    demo: Demo, story: Story, first_report: Filed
) -> None:
    expect(finding(story.people.tab("Larkspur"), 0)).to_be_visible()
    (asked,) = questions(demo, "sandboxwiki", ABSENT_REVID)
    assert "310000007" in asked["params"]["revids"].split("|")
    assert asked["user_agent"].startswith("community-support/")
    assert "pywikibot" in asked["user_agent"]
    assert asked["signed"]


def test_ids_of_edits_travel_in_bodies_only(demo: Demo, second_report: Filed) -> None:
    assert [one for one in demo.asked() if "revids" in one["query_string"]] == []


def test_page_says_that_a_wiki_did_not_answer_and_is_asked_again(first_report: Filed) -> None:
    """The fixture waited for exactly these words on the open page."""
    assert "the wiki did not answer; we ask again" in first_report.while_away


def test_wiki_that_was_away_is_asked_again_by_itself(
    demo: Demo, story: Story, second_report: Filed
) -> None:
    expect(finding(story.people.tab("Larkspur"), 1)).to_be_visible()
    states = story.people.tab("Larkspur").locator('[data-checks] > li[data-state="checked"]')
    expect(states).to_have_count(3)


def test_a_finding_is_asked_for_each_report_anew(
    demo: Demo, story: Story, second_report: Filed
) -> None:
    """An answer out of another report's findings would come faster, and tell that there is one."""
    expect(finding(story.people.tab("Larkspur"), 1)).to_be_visible()
    quillfeather = story.people.tab("Quillfeather")
    expect(quillfeather.locator('[data-checks] > li[data-state="checked"]')).to_have_count(2)
    assert len(questions(demo, "sandbox2wiki", "480000004")) >= 2
