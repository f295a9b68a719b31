# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words are fixed, in every language."""

import json
from datetime import date
from pathlib import Path

import pytest

import onwiki.notices
from onwiki.notices.marker import comment, marker
from onwiki.notices.text import TOOL, compose, languages, preview

FOLDER = Path(onwiki.notices.__file__).parent / "i18n"
KEY = b"k" * 32
DAY = date(2026, 11, 22)


def keys(lang: str) -> set[str]:
    messages = json.loads((FOLDER / f"{lang}.json").read_text())
    return {key for key in messages if not key.startswith("@")}


def test_every_message_is_documented() -> None:
    assert keys("qqq") == keys("en")


@pytest.mark.parametrize("lang", sorted(languages()))
def test_translation_has_no_message_of_its_own(lang: str) -> None:
    assert keys(lang) <= keys("en")


@pytest.mark.parametrize("lang", sorted(languages()))
def test_only_the_marker_varies(lang: str) -> None:
    one = compose(lang, marker(KEY, "reminder", 1, DAY))
    other = compose(lang, marker(KEY, "reminder", 2, DAY))
    assert one.heading == other.heading
    assert one.text.replace(marker(KEY, "reminder", 1, DAY), "") == other.text.replace(
        marker(KEY, "reminder", 2, DAY), ""
    )


@pytest.mark.parametrize("lang", sorted(languages()))
def test_preview_is_what_is_posted(lang: str) -> None:
    mark = marker(KEY, "reminder", 1, DAY)
    notice = compose(lang, mark)
    assert preview(lang).replace("0" * 32, mark) == f"== {notice.heading} ==\n\n{notice.text}"


@pytest.mark.parametrize("lang", sorted(languages()))
def test_text_holds_one_link_and_no_template(lang: str) -> None:
    text = preview(lang)
    assert text.count("[") == 1
    assert f"[{TOOL} " in text
    assert "{{" not in text
    assert "$" not in text


@pytest.mark.parametrize("word", ["report", "harass", "case", "accus", "complain", "victim"])
def test_text_does_not_say_what_the_tool_is_for(word: str) -> None:
    assert word not in preview("en").lower()


@pytest.mark.parametrize(
    ("asked", "given"), [("de-at", 'lang="de"'), ("tlh", 'lang="en"'), ("../x", 'lang="en"')]
)
def test_unknown_language_falls_back(asked: str, given: str) -> None:
    assert given in preview(asked)


def test_marker_depends_on_every_field_and_on_the_key() -> None:
    marks = {
        marker(KEY, "reminder", 1, DAY),
        marker(b"K" * 32, "reminder", 1, DAY),
        marker(KEY, "other", 1, DAY),
        marker(KEY, "reminder", 11, DAY),
        marker(KEY, "reminder", 1, date(2026, 11, 23)),
        marker(KEY, "reminder1", 1, DAY),
    }
    assert len(marks) == 6
    assert marker(KEY, "reminder", 1, DAY) in marks


def test_short_key_and_foreign_marker_are_refused() -> None:
    with pytest.raises(ValueError, match="key"):
        marker(b"short", "reminder", 1, DAY)
    with pytest.raises(ValueError, match="marker"):
        comment("--> {{evil}}")
