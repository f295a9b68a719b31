# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a wiki says of log entries. ``leids`` came with 1.45 and is held to the recordings."""

from __future__ import annotations

from collections.abc import Callable

from tests.realwiki.interface import WikiUnderTest

Fresh = Callable[[str], str]
LEPROP = "ids|title|type|user|userid|timestamp|comment|details|tags"
ENTRY = {
    "logid", "ns", "title", "pageid", "logpage", "params", "type", "action", "user", "userid",
    "timestamp", "comment", "tags",
}  # fmt: skip


def test_move_names_its_target(wiki: WikiUnderTest, fresh: Fresh) -> None:
    old, new = fresh("Moved away"), fresh("Moved here")
    wiki.edit(old, wiki.admin, "x")
    number = wiki.move(old, new)
    body = wiki.api(
        action="query", list="logevents", leprop=LEPROP, letype="move", letitle=old
    ).body
    (found,) = body["query"]["logevents"]
    assert set(found) - {"revid"} == ENTRY  # 1.43 adds the number of the move's own revision
    assert found["logid"] == number
    assert (found["type"], found["action"], found["user"]) == ("move", "move", wiki.admin)
    assert found["params"]["target_title"] == new


def test_deletion_is_logged_by_title(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title = fresh("Deleted")
    wiki.edit(title, wiki.admin, "x")
    wiki.delete(title)
    body = wiki.api(
        action="query", list="logevents", leprop=LEPROP, letype="delete", letitle=title
    ).body
    (found,) = body["query"]["logevents"]
    assert set(found) == ENTRY
    assert (found["pageid"], found["params"]) == (0, {})


def test_log_continues_from_new_to_old(wiki: WikiUnderTest, fresh: Fresh) -> None:
    for _ in range(2):
        title = fresh("Twice")
        wiki.edit(title, wiki.admin, "x")
        wiki.delete(title)
    fields: dict[str, str | int] = {
        "action": "query",
        "list": "logevents",
        "letype": "delete",
        "lelimit": 1,
    }
    first = wiki.ask(fields).body
    assert set(first["continue"]) == {"lecontinue", "continue"}
    second = wiki.ask({**fields, "lecontinue": first["continue"]["lecontinue"]}).body
    ids = [part["query"]["logevents"][0]["logid"] for part in (first, second)]
    assert ids[0] > ids[1]


def test_suppression_log_is_empty_to_the_public(wiki: WikiUnderTest) -> None:
    body = wiki.api(action="query", list="logevents", letype="suppress").body
    assert body["query"]["logevents"] == []


def test_abuse_log_can_be_asked_for_one_entry(wiki: WikiUnderTest) -> None:
    body = wiki.api(
        action="query", list="abuselog", afllogid=999_999, aflprop="ids|user|title|result"
    ).body
    assert body["query"]["abuselog"] == []
