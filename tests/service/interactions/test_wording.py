# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a question is read, and which fields are told what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onwiki.evidence.interaction import Closeness, Question, Window
from onwiki.names import address, may_be_account
from onwiki.wikis import WikiList
from service.interactions.wording import FIELDS, Misworded, read_question

WIKIS = WikiList.snapshot()
GOOD = {
    "first": "Brackenridge",
    "second": "Larkspur",
    "wiki": "en.wikipedia.org",
    "window": "180",
    "closeness": "86400",
}
ACCOUNT, SAME = "interactions-error-account", "interactions-error-same"


def errors(posted: object) -> dict[str, str]:
    with pytest.raises(Misworded) as caught:
        read_question(posted, WIKIS)
    return dict(caught.value.errors)


def test_question_is_read() -> None:
    worded = read_question(GOOD, WIKIS)
    assert worded.wiki.dbname == "enwiki"
    assert worded.question == Question("Brackenridge", "Larkspur", Window.HALF_YEAR, Closeness.DAY)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("user:brackenridge_B ", "Brackenridge B"),
        ("https://en.wikipedia.org/wiki/User:Brackenridge", "Brackenridge"),
        ("@Brackenridge", "Brackenridge"),
        ("~2026-17", "~2026-17"),
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("2001:db8::7", "2001:DB8:0:0:0:0:0:0/64"),
    ],
)
def test_account_is_understood_as_people_write_it(typed: str, meant: str) -> None:
    assert read_question(GOOD | {"first": typed}, WIKIS).question.first == meant


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("first", "", ACCOUNT),
        ("first", "a|b", ACCOUNT),
        ("first", "Two [names]", ACCOUNT),
        ("first", "x" * 300, ACCOUNT),
        ("first", "x" * 501, ACCOUNT),
        ("first", "10.0.0.0/8", ACCOUNT),
        ("first", "2001:db8::/19", ACCOUNT),
        ("first", 7, ACCOUNT),
        ("second", "user:brackenridge", SAME),
        ("wiki", "", "interactions-error-wiki"),
        ("wiki", "evil.example", "interactions-error-wiki"),
        ("wiki", "arbcom-en.wikipedia.org", "interactions-error-wiki"),
        ("window", "179", "interactions-error-choice"),
        ("window", 180, "interactions-error-choice"),
        ("closeness", "", "interactions-error-choice"),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field(field: str, value: Any, message: str) -> None:
    assert errors(GOOD | {field: value}) == {field: message}


@pytest.mark.parametrize("posted", [None, 7, [], "first", {}, {"first": {}, "second": None}])
def test_anything_else_has_an_error_at_every_field(posted: object) -> None:
    assert list(errors(posted)) == list(FIELDS)


@given(st.text(max_size=60))
def test_name_that_is_read_is_one_that_a_wiki_may_be_asked_for(typed: str) -> None:
    try:
        name = read_question(GOOD | {"first": typed}, WIKIS).question.first
    except Misworded:
        return
    assert may_be_account(name) or address(name) is not None
    assert "|" not in name
