# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reminders: what the preview shows is what the bot posts, report or not."""

from __future__ import annotations

import re

import pytest

from tests.demo.process import Demo, until
from tests.demo.story import RARE_WORDS, REVIDS, Filed, Story

pytestmark = pytest.mark.browser

_MARKER = re.compile(r"community-support:[0-9a-f]{32}")
_SIGNATURE = re.compile(r"(?<=</small> ).*$", re.MULTILINE)


def neutral(section: str) -> str:
    """A posted or previewed section without its number and without who signed it when."""
    return _SIGNATURE.sub("~~~~", _MARKER.sub("community-support:…", section)).strip()


@pytest.fixture(scope="module")
def posted(demo: Demo, first_report: Filed, preview: str) -> dict[str, str]:
    """The new sections on the talk pages of a reporter and of somebody who never reported."""
    assert demo.let_reminders_come() == "Reminders on their way: 2.\n"
    heading = preview.splitlines()[0]

    def sections() -> dict[str, str]:
        pages = {name: demo.wikitext(f"User talk:{name}") for name in ("Larkspur", "Willowmere")}
        return {name: heading + text.partition(heading)[2] for name, text in pages.items()}

    until(lambda: all(text != heading for text in sections().values()), "two reminders")
    return sections()


def test_posted_text_is_the_previewed_one(posted: dict[str, str], preview: str) -> None:
    assert neutral(posted["Willowmere"]) == neutral(preview)


def test_reminder_comes_in_the_same_words_whether_something_waits_or_not(
    posted: dict[str, str],
) -> None:
    assert neutral(posted["Larkspur"]) == neutral(posted["Willowmere"])


def test_bot_signs_and_marks_each_differently(posted: dict[str, str]) -> None:
    marks = {name: _MARKER.findall(text) for name, text in posted.items()}
    assert [len(found) for found in marks.values()] == [1, 1]
    assert marks["Larkspur"] != marks["Willowmere"]
    assert all("[[User:SupportBot" in text for text in posted.values())


def test_reminder_names_no_report_no_account_and_no_reason(posted: dict[str, str]) -> None:
    text = posted["Larkspur"].casefold()
    named = ("Larkspur", "Thornbury", "oversight", "report", "harass", *RARE_WORDS, *REVIDS)
    assert [word for word in named if word.casefold() in text] == []


def test_reminder_can_be_read_on_the_wiki(story: Story, posted: dict[str, str]) -> None:
    page = story.people.profile().new_page()
    page.goto(f"{story.demo.sandbox_url}/wiki/User_talk:Larkspur")
    page.get_by_role("heading", name="Your Community Support reminder").wait_for()
    page.context.close()
