# SPDX-License-Identifier: AGPL-3.0-or-later
"""Comment permalinks: which version of which page a comment stands in."""

from __future__ import annotations

from typing import Any

from onwiki.sandbox import accounts, revisions
from onwiki.sandbox.api.findcomment import Comment, comments
from onwiki.sandbox.titles import parse_title
from tests.fixtures_sandbox import Sandbox

SIGNED = "[[User:{0}|{0}]] ([[User talk:{0}|talk]]) {1} (UTC)"
ATTACK = "c-Thornbury-20261002063000"


def find(sandbox: Sandbox, wanted: str) -> list[dict[str, Any]]:
    body = sandbox.wiki("sandboxwiki").api(action="discussiontoolsfindcomment", idorname=wanted)
    found: list[dict[str, Any]] = body.get("discussiontoolsfindcomment", [])
    return found


def rewrite(sandbox: Sandbox, text: str) -> None:
    with sandbox.store.writing() as db:
        author = accounts.local_by_name(db, "sandboxwiki", "Rowanbark")
        assert author is not None
        title = parse_title("User talk:Larkspur")
        revisions.save(db, "sandboxwiki", title, author, text, "", sandbox.store.now())


def test_comment_is_known_by_author_minute_and_what_it_answers() -> None:
    text = "\n\n".join(
        [
            "== Two words ==",
            "First " + SIGNED.format("Ann Lee", "06:30, 2 October 2026"),
            ":Second " + SIGNED.format("Bo", "07:37, 2 October 2026"),
            "Third " + SIGNED.format("Bo", "07:38, 2 October 2026"),
            "Not signed.",
        ]
    )
    assert comments(text) == [
        Comment("c-Ann_Lee-20261002063000", "c-Ann_Lee-20261002063000-Two_words"),
        Comment("c-Bo-20261002073700", "c-Bo-20261002073700-Ann_Lee-20261002063000"),
        Comment("c-Bo-20261002073800", "c-Bo-20261002073800-Two_words"),
    ]


def test_comment_on_the_current_version_has_no_oldid(sandbox: Sandbox) -> None:
    (by_name,) = find(sandbox, ATTACK)
    (by_id,) = find(sandbox, f"{ATTACK}-Your_article")
    assert (by_name["matchedby"], by_id["matchedby"]) == ("name", "id")
    for found in (by_name, by_id):
        assert (found["title"], found["oldid"]) == ("User talk:Larkspur", None)
        assert (found["couldredirect"], found["shouldredirect"]) == (True, True)


def test_comment_that_was_removed_is_found_in_an_old_version(sandbox: Sandbox) -> None:
    rewrite(sandbox, "Clean.")
    (found,) = find(sandbox, ATTACK)
    assert found["oldid"] == 310000015
    assert found["couldredirect"] is False


def test_two_comments_of_one_minute_are_two_hits(sandbox: Sandbox) -> None:
    line = SIGNED.format("Thornbury", "06:30, 2 October 2026")
    rewrite(sandbox, f"== A ==\n\nx {line}\n\n== B ==\n\ny {line}")
    assert [hit["id"] for hit in find(sandbox, ATTACK)] == [f"{ATTACK}-A", f"{ATTACK}-B"]


def test_unknown_comment_is_an_empty_answer(sandbox: Sandbox) -> None:
    body = sandbox.wiki("sandboxwiki").api(
        action="discussiontoolsfindcomment", idorname="c-Nobody-20260101000000"
    )
    assert body == {}
