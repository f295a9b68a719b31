# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a wiki says of two revisions, or of one and its neighbour."""

from __future__ import annotations

from collections.abc import Callable

from tests.realwiki.interface import Answer, Part, WikiUnderTest

Fresh = Callable[[str], str]
PROPS = "ids|title|user|timestamp|size|comment"


def three(wiki: WikiUnderTest, fresh: Fresh) -> tuple[str, str, list[int]]:
    title, name = fresh("Compared"), "Author compared"
    wiki.person(name)
    return title, name, [wiki.edit(title, name, text) for text in ("a", "a\nb", "a\nb\nc")]


def compare(wiki: WikiUnderTest, revid: int, relative: str, **more: str | int) -> Answer:
    fields: dict[str, str | int] = {"prop": PROPS, **more}
    return wiki.ask({"action": "compare", "fromrev": revid, "torelative": relative, **fields})


def test_previous_version_is_the_from_side(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, name, (first, second, _) = three(wiki, fresh)
    found = compare(wiki, second, "prev").body["compare"]
    assert (found["fromrevid"], found["torevid"]) == (first, second)
    assert (found["totitle"], found["touser"], found["tosize"]) == (title, name, 3)
    sides = {"id", "revid", "ns", "title", "user", "userid", "timestamp", "size", "comment"}
    assert {key.removeprefix("to") for key in found if key.startswith("to")} >= sides


def test_next_and_current_versions_are_the_to_side(wiki: WikiUnderTest, fresh: Fresh) -> None:
    _, _, (first, second, third) = three(wiki, fresh)
    assert compare(wiki, first, "next").body["compare"]["torevid"] == second
    assert compare(wiki, first, "cur").body["compare"]["torevid"] == third


def test_first_version_has_no_from_side_but_a_warning(wiki: WikiUnderTest, fresh: Fresh) -> None:
    _, _, (first, *_) = three(wiki, fresh)
    body = compare(wiki, first, "prev").body
    assert "earliest revision" in body["warnings"]["compare"]["warnings"]
    assert not [key for key in body["compare"] if key.startswith("from")]


def test_latest_version_has_no_next_one_but_a_warning(wiki: WikiUnderTest, fresh: Fresh) -> None:
    _, _, (*_, third) = three(wiki, fresh)
    body = compare(wiki, third, "next").body
    assert "latest revision" in body["warnings"]["compare"]["warnings"]


def test_unknown_and_deleted_are_no_such_revision(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, _, (_, second, _) = three(wiki, fresh)
    wiki.delete(title)
    assert compare(wiki, 999_999_999, "prev").error == "nosuchrevid"
    assert compare(wiki, second, "prev").error == "nosuchrevid"


def test_hidden_text_is_missing_content(wiki: WikiUnderTest, fresh: Fresh) -> None:
    _, _, (_, second, _) = three(wiki, fresh)
    wiki.hide(second, Part.TEXT)
    assert compare(wiki, second, "prev", prop="diff|ids").error == "missingcontent"


def test_hidden_author_is_flagged_on_its_side(wiki: WikiUnderTest, fresh: Fresh) -> None:
    _, name, (_, second, _) = three(wiki, fresh)
    wiki.hide(second, Part.USER)
    found = compare(wiki, second, "prev").body["compare"]
    assert found["touserhidden"] is True
    assert "touser" not in found
    assert found["fromuser"] == name


def test_two_pages_can_be_compared(wiki: WikiUnderTest, fresh: Fresh) -> None:
    _, _, (first, *_) = three(wiki, fresh)
    _, _, (other, *_) = three(wiki, fresh)
    found = wiki.api(action="compare", fromrev=first, torev=other, prop="ids|title").body
    assert set(found["compare"]) == {
        "fromid", "fromrevid", "fromns", "fromtitle", "toid", "torevid", "tons", "totitle",
    }  # fmt: skip
