# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fixed words of the reminder, one file a language; nothing can be put into them.

Only the language and the marker vary. A language without a file of its own gets its base
language (`de-at` → `de`) or English, marked up as such for screen readers and direction.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

from onwiki.notices.marker import comment

TOOL = "https://community-support.toolforge.org/"
SOURCE_LANGUAGE = "en"
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
SAMPLE_MARKER = "0" * 32


@dataclass(frozen=True)
class Notice:
    """What is posted: a section's heading and its text (wikitext)."""

    heading: str
    text: str


def compose(lang: str, mark: str) -> Notice:
    """The reminder in `lang`, with the marker of one recipient and day."""
    found = language_for(lang)
    words = messages(found)
    direction = "rtl" if found in RIGHT_TO_LEFT else "ltr"
    body = words["reminder-body"].replace("$1", TOOL)
    text = (
        f'<div lang="{found}" dir="{direction}">\n'
        f"{body}\n\n"
        f"<small>{words['reminder-footer']}</small> ~~~~\n"
        f"</div>{comment(mark)}"
    )
    return Notice(words["reminder-heading"], text)


def preview(lang: str) -> str:
    """The exact wikitext that is added to the talk page, with zeros for the marker."""
    notice = compose(lang, SAMPLE_MARKER)
    return f"== {notice.heading} ==\n\n{notice.text}"


def languages() -> frozenset[str]:
    """The languages that have their own text."""
    folder = resources.files("onwiki.notices") / "i18n"
    names = (file.name for file in folder.iterdir())
    return frozenset(name.removesuffix(".json") for name in names if name.endswith(".json")) - {
        "qqq"
    }


def language_for(lang: str) -> str:
    """The language in which somebody who reads `lang` gets the text."""
    available = languages()
    for candidate in (lang, lang.partition("-")[0]):
        if candidate in available:
            return candidate
    return SOURCE_LANGUAGE


@cache
def messages(lang: str) -> dict[str, str]:
    """A language's messages; what is not translated yet is in English."""
    file = resources.files("onwiki.notices") / "i18n" / f"{lang}.json"
    own = {
        key: value
        for key, value in json.loads(file.read_text("utf-8")).items()
        if not key.startswith("@")
    }
    return own if lang == SOURCE_LANGUAGE else messages(SOURCE_LANGUAGE) | own
