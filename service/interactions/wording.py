# SPDX-License-Identifier: AGPL-3.0-or-later
"""A question as a reader's browser posts it, read; the errors name the field."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from onwiki.evidence.interaction import Closeness, Question, Window
from onwiki.names import account_in, address, may_be_account, normalise
from onwiki.wikis import Wiki, WikiList
from service.reports.wiki_names import find_wiki

FIELDS: Final = ("first", "second", "wiki", "window", "closeness")
_LONGEST_TYPED: Final = 500
_WIDEST_RANGE: Final = {True: 32, False: 16}
"""Bits of the widest range that a wiki lists: IPv6, IPv4 ($wgRangeContributionsCIDRLimit)."""

_Number = TypeVar("_Number", bound=enum.IntEnum)


class Misworded(Exception):
    """A question that cannot be asked. ``errors``: field and message key, in the form's order."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("a question that cannot be asked")
        self.errors = errors


@dataclass(frozen=True)
class Worded:
    """A question and the wiki that it is put to."""

    wiki: Wiki
    question: Question


def read_question(posted: object, wikis: WikiList) -> Worded:
    """From JSON: ``FIELDS`` as texts. Raises Misworded."""
    given = posted if isinstance(posted, dict) else {}
    texts = {field: _text(given.get(field)) for field in FIELDS}
    first, second = _account(texts["first"]), _account(texts["second"])
    wiki = find_wiki(texts["wiki"], wikis)
    window, closeness = _one_of(Window, texts["window"]), _one_of(Closeness, texts["closeness"])
    errors: dict[str, str] = {}
    for field, name in (("first", first), ("second", second)):
        if name is None:
            errors[field] = "interactions-error-account"
    if first is not None and first == second:
        errors["second"] = "interactions-error-same"
    if wiki is None:
        errors["wiki"] = "interactions-error-wiki"
    if window is None:
        errors["window"] = "interactions-error-choice"
    if closeness is None:
        errors["closeness"] = "interactions-error-choice"
    if errors or first is None or second is None or wiki is None or not (window and closeness):
        raise Misworded(errors)
    return Worded(wiki, Question(first, second, window, closeness))


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _LONGEST_TYPED else ""


def _account(typed: str) -> str | None:
    """The account or address that is meant, normalised; None for what can be neither."""
    name = normalise(typed)
    known = address(name)
    if known is not None:
        return name if _is_listed(known) else None
    return next((one for one in (name, account_in(typed)) if may_be_account(one)), None)


def _is_listed(known: str) -> bool:
    """Whether it is a single address, or a range that is narrow enough for a wiki."""
    _, _, bits = known.partition("/")
    return not bits or int(bits) >= _WIDEST_RANGE[":" in known]


def _one_of(choices: type[_Number], text: str) -> _Number | None:
    return next((one for one in choices if str(one.value) == text), None)
