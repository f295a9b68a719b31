# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record for Toolhub keeps the rules of its schema (toolinfo 1.2.2), written down here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from service.web.layout import BUGS_URL, SOURCE_URL, TRANSLATE_URL

HOSTING = Path(__file__).parents[2] / "toolforge"

_TEXT_LIMITS = {"name": 255, "title": 255, "subtitle": 255, "description": 65_535, "license": 255}
_URLS = {
    *("url", "repository", "user_docs_url", "privacy_policy_url", "developer_docs_url"),
    *("feedback_url", "bugtracker_url", "translate_url"),
}
_WIKI = re.compile(
    r"(\*|(.*)?\.?(mediawiki|wiktionary|wiki(pedia|quote|books|source|news|versity|data|voyage"
    r"|media))\.org)"
)
_LANGUAGE = re.compile(r"(x-.*|[A-Za-z]{2,3}(-.*)?)")
_TYPES = {
    *("web app", "desktop app", "bot", "gadget", "user script", "command line tool"),
    *("coding framework", "lua module", "template", "other"),
}


def is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most


def is_address(value: object) -> bool:
    parts = urlsplit(str(value))
    return is_text(value, 2047) and parts.scheme == "https" and bool(parts.netloc)


def is_language(value: object) -> bool:
    return is_text(value, 16) and bool(_LANGUAGE.fullmatch(str(value)))


RULES: dict[str, Callable[[Any], bool]] = {
    "_schema": lambda value: value == "/toolinfo/1.2.2",
    "_language": is_language,
    "author": lambda people: all(is_text(one["name"], 255) for one in people),
    "for_wikis": lambda wikis: all(_WIKI.fullmatch(one) for one in wikis),
    "tool_type": lambda value: value in _TYPES,
    "technology_used": lambda values: all(is_text(one, 255) for one in values),
    "available_ui_languages": lambda codes: all(map(is_language, codes)),
    "experimental": lambda value: isinstance(value, bool),
    **dict.fromkeys(_URLS, is_address),
    **{name: partial(is_text, most=most) for name, most in _TEXT_LIMITS.items()},
}
NEEDED = ("name", "title", "description", "url")


def wrong_in_toolinfo(record: dict[str, Any]) -> list[str]:
    """Which fields break the rules, are unknown or missing."""
    missing = [name for name in NEEDED if name not in record]
    return missing + [
        name for name, value in record.items() if name not in RULES or not RULES[name](value)
    ]


def test_toolinfo_keeps_the_rules_of_the_schema() -> None:
    record = json.loads((HOSTING / "toolinfo.json").read_text("utf-8"))

    assert wrong_in_toolinfo(record) == []
    assert record["repository"] == SOURCE_URL
    assert record["bugtracker_url"] == BUGS_URL
    assert record["translate_url"] == TRANSLATE_URL


@pytest.mark.parametrize(
    "change",
    [
        {"tool_type": "website"},
        {"url": "community-support"},
        {"title": "x" * 256},
        {"for_wikis": ["example.org"]},
        {"colour": "blue"},
        {"_schema": "/toolinfo/9"},
    ],
)
def test_a_wrong_toolinfo_would_be_seen(change: dict[str, Any]) -> None:
    record = json.loads((HOSTING / "toolinfo.json").read_text("utf-8"))

    assert wrong_in_toolinfo(record | change)
