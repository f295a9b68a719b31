# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a wiki says an account edited: in which order, between which times, page by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.realwiki.interface import BOT, Answer, WikiUnderTest

Fresh = Callable[[str], str]
LONG_AGO = "2001-01-01T00:00:00Z"


def contributions(wiki: WikiUnderTest, name: str, **more: str) -> Answer:
    fields = {
        "action": "query",
        "list": "usercontribs|users",
        "ucuser": name,
        "ususers": name,
        "ucprop": "ids|title|timestamp",
    }
    return wiki.ask(fields | more)


def rows(answer: Answer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.body["query"]["usercontribs"]
    return found


@pytest.fixture
def edits(wiki: WikiUnderTest, fresh: Fresh) -> tuple[str, list[int]]:
    """An account and its three edits."""
    name, title = fresh("Elderberry"), fresh("Often edited")
    wiki.person(name)
    return name, [wiki.edit(title, name, text) for text in ("a", "ab", "abc")]


def test_rows_have_ids_title_and_time(wiki: WikiUnderTest, edits: tuple[str, list[int]]) -> None:
    name, made = edits
    found = rows(contributions(wiki, name))
    assert [row["revid"] for row in found] == made[::-1]
    expected = {"userid", "user", "pageid", "revid", "parentid", "ns", "title", "timestamp"}
    assert set(found[0]) == expected


def test_listing_goes_on_where_it_stopped(
    wiki: WikiUnderTest, edits: tuple[str, list[int]]
) -> None:
    name, made = edits
    seen: list[int] = []
    left: dict[str, str] = {}
    for _ in made:
        answer = contributions(wiki, name, uclimit="1", **left)
        seen += [row["revid"] for row in rows(answer)]
        left = answer.body.get("continue", {})
    assert seen == made[::-1]
    assert left == {}


def test_order_can_be_turned(wiki: WikiUnderTest, edits: tuple[str, list[int]]) -> None:
    name, made = edits
    found = rows(contributions(wiki, name, ucdir="newer", uclimit="2"))
    assert [row["revid"] for row in found] == made[:2]


def test_times_bound_the_listing(wiki: WikiUnderTest, edits: tuple[str, list[int]]) -> None:
    name, made = edits
    newest = rows(contributions(wiki, name))[0]["timestamp"]
    assert len(rows(contributions(wiki, name, ucend=LONG_AGO))) == len(made)
    assert rows(contributions(wiki, name, ucstart=LONG_AGO)) == []
    assert rows(contributions(wiki, name, ucend="2090-01-01T00:00:00Z", uclimit="5")) == []
    upwards = rows(contributions(wiki, name, ucdir="newer", ucstart=LONG_AGO, ucend=newest))
    assert [row["revid"] for row in upwards] == made


def test_unknown_account_has_an_empty_list_and_is_missing_beside_it(
    wiki: WikiUnderTest, fresh: Fresh
) -> None:
    name = fresh("Nobody at all")
    answer = contributions(wiki, name)
    assert rows(answer) == []
    assert answer.body["query"]["users"] == [{"name": name, "missing": True}]


def test_hidden_account_is_missing_beside_its_edits(
    wiki: WikiUnderTest, edits: tuple[str, list[int]]
) -> None:
    name, _ = edits
    wiki.block(name, hide_name=True)
    assert contributions(wiki, name).body["query"]["users"] == [{"name": name, "missing": True}]


def test_addresses_and_ranges_are_asked_for(wiki: WikiUnderTest) -> None:
    assert rows(wiki.api(action="query", list="usercontribs", ucuser="192.0.2.7")) == []
    for span in ("192.0.2.0/24", "2001:DB8:0:0:0:0:0:0/64"):
        assert rows(wiki.api(action="query", list="usercontribs", uciprange=span)) == []


def test_impossible_name_is_refused(wiki: WikiUnderTest) -> None:
    answer = wiki.api(action="query", list="usercontribs", ucuser="Bad[name]")
    assert answer.error in {"baduser", "baduser_ucuser"}


def test_bot_may_ask_for_more_at_once(wiki: WikiUnderTest, edits: tuple[str, list[int]]) -> None:
    name, made = edits
    answer = wiki.api(by=BOT, action="query", list="usercontribs", ucuser=name, uclimit="max")
    assert len(rows(answer)) == len(made)
