# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a wiki says of revisions asked for by number: the answers that findings are made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.realwiki.interface import BOT, Answer, Part, WikiUnderTest

Fresh = Callable[[str], str]

PROPS = "ids|timestamp|user|userid|flags|comment|sha1|size|tags"
PLAIN = {
    "revid", "parentid", "minor", "user", "userid", "timestamp", "size", "sha1", "comment", "tags",
}  # fmt: skip
NEVER = 999_999_999


def ask(
    wiki: WikiUnderTest, *revids: int | str, by: str | None = None, **more: str | int
) -> Answer:
    joined = "|".join(str(revid) for revid in revids)
    fields: dict[str, str | int] = {
        "action": "query", "prop": "revisions", "revids": joined, "rvprop": PROPS, **more,
    }  # fmt: skip
    return wiki.ask(fields, by=by)


def only(answer: Answer) -> dict[str, Any]:
    """The one revision of an answer."""
    (page,) = answer.body["query"]["pages"]
    (revision,) = page["revisions"]
    found: dict[str, Any] = revision
    return found


def three_edits(wiki: WikiUnderTest, fresh: Fresh) -> tuple[str, str, list[int]]:
    """A page of three versions by one person: title, name, numbers."""
    title, name = fresh("River"), "Author of rivers"
    wiki.person(name)
    texts = ("one", "one\n\ntwo", "one\n\ntwo\n\nthree")
    return title, name, [wiki.edit(title, name, text, comment=f"c {text[-3:]}") for text in texts]


def test_plain_revision_has_author_page_and_parent(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, name, (first, second, _) = three_edits(wiki, fresh)
    answer = ask(wiki, second)
    (page,) = answer.body["query"]["pages"]
    found = only(answer)
    assert set(answer.body) == {"batchcomplete", "query"}
    assert set(page) == {"pageid", "ns", "title", "revisions"}
    assert page["title"] == title
    assert set(found) == PLAIN
    assert (found["user"], found["parentid"], found["size"]) == (name, first, 8)
    assert len(found["sha1"]) == 40
    assert found["userid"] == wiki.person(name)


def test_first_version_has_parent_zero(wiki: WikiUnderTest, fresh: Fresh) -> None:
    _, _, (first, *_) = three_edits(wiki, fresh)
    assert only(ask(wiki, first))["parentid"] == 0


def test_minor_edit_says_so(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, name, _ = three_edits(wiki, fresh)
    assert only(ask(wiki, wiki.edit(title, name, "x", minor=True)))["minor"] is True


def test_unknown_number_is_only_in_badrevids(wiki: WikiUnderTest) -> None:
    body = ask(wiki, NEVER).body
    assert body["query"] == {"badrevids": {str(NEVER): {"revid": NEVER, "missing": True}}}


def test_zero_makes_badrevids_a_list(wiki: WikiUnderTest) -> None:
    assert ask(wiki, 0).body["query"] == {"badrevids": [{"revid": 0, "missing": True}]}


def test_negative_number_is_missing(wiki: WikiUnderTest) -> None:
    assert ask(wiki, -1).body["query"] == {"badrevids": {"-1": {"revid": -1, "missing": True}}}


def test_rubbish_is_a_badinteger(wiki: WikiUnderTest) -> None:
    assert ask(wiki, "abc").error == "badinteger"


def test_number_over_64_bits_is_a_badinteger(wiki: WikiUnderTest) -> None:
    assert ask(wiki, "99999999999999999999").error == "badinteger"


def test_hidden_author_leaves_a_flag(wiki: WikiUnderTest, fresh: Fresh) -> None:
    _, name, (_, second, _) = three_edits(wiki, fresh)
    wiki.hide(second, Part.USER)
    assert set(only(ask(wiki, second))) == PLAIN - {"user", "userid"} | {"userhidden"}
    seen = only(ask(wiki, second, by=wiki.admin))
    assert (seen["userhidden"], seen["user"]) == (True, name)


def test_hidden_summary_leaves_a_flag(wiki: WikiUnderTest, fresh: Fresh) -> None:
    _, _, (_, second, _) = three_edits(wiki, fresh)
    wiki.hide(second, Part.COMMENT)
    assert set(only(ask(wiki, second))) == PLAIN - {"comment"} | {"commenthidden"}


def test_hidden_text_shows_only_in_the_hash(wiki: WikiUnderTest, fresh: Fresh) -> None:
    _, _, (_, second, _) = three_edits(wiki, fresh)
    wiki.hide(second, Part.TEXT)
    assert set(only(ask(wiki, second))) == PLAIN - {"sha1"} | {"sha1hidden"}


def test_hidden_text_is_called_so_in_content(wiki: WikiUnderTest, fresh: Fresh) -> None:
    _, _, (_, second, _) = three_edits(wiki, fresh)
    wiki.hide(second, Part.TEXT)
    answer = wiki.api(
        action="query", prop="revisions", revids=second, rvprop="ids|content", rvslots="main"
    )
    assert only(answer)["slots"] == {"main": {"texthidden": True}}


def test_suppressed_revision_shows_nothing_to_an_administrator(
    wiki: WikiUnderTest, fresh: Fresh
) -> None:
    _, name, (_, second, _) = three_edits(wiki, fresh)
    sysop = fresh("Pebbleworth")
    wiki.person(sysop, ("sysop",))
    wiki.hide(second, *Part, suppress=True)
    hidden = PLAIN - {"user", "userid", "comment", "sha1"} | {
        "userhidden", "commenthidden", "sha1hidden", "suppressed",
    }  # fmt: skip
    assert set(only(ask(wiki, second))) == hidden
    assert set(only(ask(wiki, second, by=sysop))) == hidden
    assert only(ask(wiki, second, by=wiki.admin))["user"] == name


def test_deleted_page_looks_like_an_unknown_number(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, _, (first, *_) = three_edits(wiki, fresh)
    wiki.delete(title)
    missing = {"badrevids": {str(first): {"revid": first, "missing": True}}}
    assert ask(wiki, first).body["query"] == missing
    (page,) = ask(wiki, first, by=wiki.admin).body["query"]["pages"]
    assert page == {"ns": 0, "title": title, "missing": True}


def test_mixed_batch_is_grouped_by_page(wiki: WikiUnderTest, fresh: Fresh) -> None:
    one, _, first = three_edits(wiki, fresh)
    two, _, second = three_edits(wiki, fresh)
    query = ask(wiki, second[0], NEVER, first[2], first[0]).body["query"]
    found = {p["title"]: [r["revid"] for r in p["revisions"]] for p in query["pages"]}
    assert found == {one: [first[0], first[2]], two: [second[0]]}
    assert list(query["badrevids"]) == [str(NEVER)]


def test_fifty_numbers_are_answered_at_once(wiki: WikiUnderTest) -> None:
    answer = ask(wiki, *range(NEVER, NEVER + 50))
    assert len(answer.body["query"]["badrevids"]) == 50


def test_fifty_one_numbers_are_refused_as_a_whole(wiki: WikiUnderTest) -> None:
    answer = ask(wiki, *range(NEVER, NEVER + 51))
    assert answer.error == "toomanyvalues"
    assert answer.status == 200
    error = answer.body["error"]
    assert (error["limit"], error["lowlimit"], error["highlimit"]) == (50, 50, 500)
    assert "query" not in answer.body


def test_bot_may_ask_for_five_hundred(wiki: WikiUnderTest) -> None:
    assert len(ask(wiki, *range(NEVER, NEVER + 500), by=BOT).body["query"]["badrevids"]) == 500
    assert ask(wiki, *range(NEVER, NEVER + 501), by=BOT).error == "toomanyvalues"


def test_limit_and_numbers_do_not_go_together(wiki: WikiUnderTest, fresh: Fresh) -> None:
    _, _, (first, *_) = three_edits(wiki, fresh)
    assert ask(wiki, first, rvlimit=1).error == "invalidparammix"


def test_old_format_leaves_false_out_and_keys_pages(wiki: WikiUnderTest, fresh: Fresh) -> None:
    _, _, (_, second, _) = three_edits(wiki, fresh)
    body = ask(wiki, second, formatversion=1).body
    assert body["batchcomplete"] == ""
    ((key, page),) = body["query"]["pages"].items()
    assert key == str(page["pageid"])
    assert set(page["revisions"][0]) == PLAIN - {"minor"}


def test_old_format_flags_are_empty_strings(wiki: WikiUnderTest, fresh: Fresh) -> None:
    _, _, (_, second, _) = three_edits(wiki, fresh)
    wiki.hide(second, Part.USER)
    body = ask(wiki, second, NEVER, formatversion=1).body
    ((_, page),) = body["query"]["pages"].items()
    assert page["revisions"][0]["userhidden"] == ""
    assert body["query"]["badrevids"][str(NEVER)] == {"revid": NEVER, "missing": ""}
