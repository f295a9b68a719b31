# SPDX-License-Identifier: AGPL-3.0-or-later
"""The message files, read once, and a message with its parameters filled in.

A message is text, never HTML: it is escaped as a whole, and so is every parameter that is not
``Markup``. ``$name`` stands for a parameter, ``{{PLURAL:$count|one|more}}`` for a choice by number,
where a form may be tied to one number (``0=none``). Nothing else is interpreted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from markupsafe import Markup, escape

from service.i18n import plurals

SOURCE: Final = "en"
"""The language that every message is written in first, and that fills gaps."""

KEYS: Final = "qqx"
"""MediaWiki's pseudo-language: shows the keys instead of the messages."""

DOCUMENTATION: Final = "qqq"

_PLURAL: Final = re.compile(r"\{\{PLURAL:\$([a-z_]+)\|([^{}]*)\}\}")
_PARAMETER: Final = re.compile(r"\$([a-z_]+)")
_TIED: Final = re.compile(r"([0-9]+)=(.*)", re.DOTALL)

Parameter = str | int | Markup


class UnknownMessage(KeyError):
    """A key that en.json does not have."""


@dataclass(frozen=True)
class Language:
    """``name`` is what its speakers call it."""

    code: str
    name: str
    rtl: bool


class Catalogue:
    """All messages in all languages that have a file in ``folder``."""

    def __init__(self, folder: Path = Path(__file__).parent) -> None:
        self.texts: dict[str, dict[str, str]] = {
            path.stem: _read(path)
            for path in sorted(folder.glob("*.json"))
            if path.stem not in {DOCUMENTATION, "languages"}
        }
        table: dict[str, dict[str, str]] = json.loads(
            (folder / "languages.json").read_text("utf-8")
        )
        self.languages = {
            code: Language(code, row["name"], row.get("dir") == "rtl")
            for code, row in table.items()
        }

    @cached_property
    def translated(self) -> tuple[Language, ...]:
        """The languages that a person can choose."""
        return tuple(self.languages[code] for code in self.texts)

    def messages(self, code: str) -> Messages:
        return Messages(self, code)

    def knows(self, code: str) -> bool:
        """Whether ``code`` can be asked for with ``?uselang=``."""
        return code == KEYS or code in self.languages


def _read(path: Path) -> dict[str, str]:
    document: dict[str, object] = json.loads(path.read_text("utf-8"))
    return {key: text for key, text in document.items() if isinstance(text, str)}


class Messages:
    """The messages in one language, with English where a translation is not there yet."""

    def __init__(self, catalogue: Catalogue, code: str) -> None:
        self.catalogue = catalogue
        self.code = code

    @property
    def language(self) -> Language:
        return self.catalogue.languages.get(self.code, Language(self.code, self.code, False))

    @property
    def html_lang(self) -> str:
        """Language of the words on the page: a language without a file is answered in English."""
        return self.code if self.code in self.catalogue.texts else SOURCE

    @property
    def direction(self) -> str:
        return "rtl" if self.language.rtl else "ltr"

    def raw(self, key: str) -> str:
        """The text as it stands in the file. Raises UnknownMessage."""
        return self._find(key)[0]

    def text(self, key: str, **parameters: Parameter) -> Markup:
        """The message, escaped, with its parameters. Raises UnknownMessage.

        A parameter that is missing stays visible as ``$name``: a page is worth more than an error.
        """
        raw, language = self._find(key)
        if not parameters:
            return _as_it_stands(raw)

        def choose(match: re.Match[str]) -> str:
            return _choose(match, language, parameters)

        chosen = _PLURAL.sub(choose, raw)
        return _fill(chosen, parameters, self.number)

    def number(self, value: int) -> str:
        """Digits in groups of three, divided as the language does."""
        return f"{value:,}".replace(",", self.raw("web-digit-separator"))

    def _find(self, key: str) -> tuple[str, str]:
        """The text and the language that it is in."""
        if key not in self.catalogue.texts[SOURCE]:
            raise UnknownMessage(key)
        if self.code == KEYS:
            return f"({key})", SOURCE
        text = self.catalogue.texts.get(self.code, {}).get(key)
        return (text, self.code) if text else (self.catalogue.texts[SOURCE][key], SOURCE)


@cache
def _as_it_stands(text: str) -> Markup:
    """A message without parameters. Most words of a page are, and no text is anybody's own."""
    return _fill(_PLURAL.sub(lambda match: _choose(match, SOURCE, {}), text), {}, str)


def _choose(match: re.Match[str], language: str, parameters: Mapping[str, Parameter]) -> str:
    number = parameters.get(match[1])
    forms = match[2].split("|")
    if not isinstance(number, int):
        return forms[-1]
    free: list[str] = []
    for one in forms:
        tied = _TIED.fullmatch(one)
        if tied is None:
            free.append(one)
        elif int(tied[1]) == number:
            return tied[2]
    return free[min(plurals.form(language, number), len(free) - 1)] if free else ""


def _fill(
    text: str, parameters: Mapping[str, Parameter], write_number: Callable[[int], str]
) -> Markup:
    """Escape the pieces between the parameters, and the parameters."""
    pieces: list[str] = []
    end = 0
    for match in _PARAMETER.finditer(text):
        pieces.append(escape(text[end : match.start()]))
        value = parameters.get(match[1], match[0])
        pieces.append(escape(write_number(value) if isinstance(value, int) else value))
        end = match.end()
    pieces.append(escape(text[end:]))
    return Markup("").join(pieces)


def variables(text: str) -> frozenset[str]:
    """Names of the parameters that a message uses."""
    return frozenset(_PARAMETER.findall(text))
