# SPDX-License-Identifier: AGPL-3.0-or-later
"""The message files agree with each other and with the code that uses them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from service.i18n.catalogue import variables

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "service/i18n"

# A key in code is a string literal of its own: 'web-leave', "signin-error-…", `keys-…`.
LITERAL = re.compile(r"""["'`]([a-z]+(?:-[a-z0-9]+)+)["'`]""")
# What looks like the key of a message where one is asked for.
ASKED = re.compile(r"""\b(?:msg|raw)\(\s*["'`]([^"'`$]+)["'`]""")
# The beginning of a key whose end is a word of an enum: msg('notices-rhythm-' ~ rhythm).
PREFIX = re.compile(r"""["'`]([a-z]+(?:-[a-z0-9]+)+-)(?:["'`]|\$\{|\{)""")


def read(name: str) -> dict[str, str]:
    document: dict[str, str] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    document.pop("@metadata", None)
    return document


ENGLISH, DOCUMENTATION = read("en"), read("qqq")
LANGUAGES = [
    path.stem for path in FOLDER.glob("*.json") if path.stem not in {"en", "qqq", "languages"}
]


@cache
def sources() -> dict[str, str]:
    """Every file of ours that can use a message."""
    folders = [(ROOT / "service", "*.py"), (ROOT / "service", "*.html"), (ROOT / "oauth", "*.py")]
    folders.append((ROOT / "onwiki", "*.py"))
    folders.append((ROOT / "service/web/browser", "*.ts"))
    return {
        str(path.relative_to(ROOT)): path.read_text("utf-8")
        for folder, pattern in folders
        for path in folder.rglob(pattern)
    }


def test_every_message_that_is_asked_for_exists() -> None:
    missing = {
        f"{path}: {key}"
        for path, text in sources().items()
        for key in ASKED.findall(text)
        if not key.endswith("-") and key not in ENGLISH
    }

    assert missing == set()


def test_every_literal_in_the_form_of_a_key_of_a_room_exists() -> None:
    """Keys that travel through enums and errors before somebody asks for them."""
    rooms = "|".join(sorted({key.split("-", 1)[0] for key in ENGLISH}))
    kept = re.compile(rf"(?:{rooms})-(?:error|advice|refused|problem)-.+")
    missing = {
        f"{path}: {key}"
        for path, text in sources().items()
        for key in LITERAL.findall(text)
        if kept.fullmatch(key) and key not in ENGLISH
    }

    assert missing == set()


def test_every_message_is_used() -> None:
    texts = sources().values()
    used = {key for text in texts for key in LITERAL.findall(text)}
    prefixes = tuple({prefix for text in texts for prefix in PREFIX.findall(text)})

    assert {key for key in set(ENGLISH) - used if not key.startswith(prefixes)} == set()


def test_every_beginning_of_a_key_leads_to_messages() -> None:
    lonely = {
        f"{path}: {key}"
        for path, text in sources().items()
        for key in ASKED.findall(text)
        if key.endswith("-") and sum(known.startswith(key) for known in ENGLISH) < 2
    }

    assert lonely == set()


def explained(key: str) -> str:
    """The documentation of a key, with that of the key whose parameters are the same."""
    text = DOCUMENTATION[key]
    same = re.search(r"[Pp]arameters as in ([a-z0-9-]+)", text)
    return text if same is None else f"{text} {DOCUMENTATION[same[1]]}"


def test_every_message_is_documented_with_its_parameters() -> None:
    assert set(DOCUMENTATION) == set(ENGLISH)
    undocumented = {
        key: sorted(missing)
        for key, text in ENGLISH.items()
        if (missing := variables(text) - variables(explained(key)))
    }

    assert undocumented == {}


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_messages_are_plain_text_with_the_parameters_of_english(language: str) -> None:
    for key, text in read(language).items():
        assert not re.search(r"<[a-z/]|&[a-z]+;|\{\{(?!PLURAL:\$[a-z_]+\|)", text), key
        assert "{{GENDER" not in text, key
        assert variables(text) <= variables(ENGLISH[key]), key


@pytest.mark.parametrize("word", ["victim", "accused", "complaint", "submit", "incident"])
def test_reporters_never_read_this_word(word: str) -> None:
    found = [key for key, text in ENGLISH.items() if re.search(rf"\b{word}", text, re.IGNORECASE)]

    assert found == []


def test_no_message_shouts() -> None:
    assert [key for key, text in ENGLISH.items() if "!" in text] == []


@pytest.mark.parametrize("name", ["en", "qqq"])
def test_message_files_are_sorted_as_translatewiki_keeps_them(name: str) -> None:
    keys = [*read(name)]

    assert keys == sorted(keys)
