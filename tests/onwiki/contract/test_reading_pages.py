# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a wiki says of pages asked for by title, and of the history between two versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from oauth.account import Signing
from onwiki.roster_page import QUERY, read
from tests.realwiki.interface import Part, WikiUnderTest

Fresh = Callable[[str], str]
INFO_OF_MISSING = {
    "ns", "title", "missing", "contentmodel", "pagelanguage", "pagelanguagehtmlcode",
    "pagelanguagedir",
}  # fmt: skip
INFO = INFO_OF_MISSING - {"missing"} | {"pageid", "touched", "lastrevid", "length"}


def page(wiki: WikiUnderTest, title: str, **more: str | int) -> dict[str, Any]:
    answer = wiki.ask({"action": "query", "titles": title, **more})
    (found,) = answer.body["query"]["pages"]
    result: dict[str, Any] = found
    return result


def revids(wiki: WikiUnderTest, title: str, **more: str | int) -> list[int]:
    found = page(wiki, title, prop="revisions", rvprop="ids", **more)
    return [revision["revid"] for revision in found["revisions"]]


def history(wiki: WikiUnderTest, fresh: Fresh, authors: int = 1) -> tuple[str, list[int]]:
    """A page of five versions by one or more people in turn."""
    title = fresh("History")
    names = [f"Author of histories {number}" for number in range(authors)]
    for name in names:
        wiki.person(name)
    made = [wiki.edit(title, names[n % authors], "x" * (n + 1)) for n in range(5)]
    return title, made


def test_missing_title_says_missing(wiki: WikiUnderTest, fresh: Fresh) -> None:
    found = page(wiki, fresh("Nowhere"), prop="info")
    assert set(found) == INFO_OF_MISSING
    assert found["missing"] is True


def test_deleted_title_is_missing_too(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, _ = history(wiki, fresh)
    wiki.delete(title)
    assert set(page(wiki, title, prop="info")) == INFO_OF_MISSING


def test_existing_page_has_its_latest_revision(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, made = history(wiki, fresh)
    found = page(wiki, title, prop="info")
    assert set(found) == INFO
    assert (found["lastrevid"], found["length"]) == (made[-1], 5)


def test_invalid_title_has_a_reason_and_no_number(wiki: WikiUnderTest) -> None:
    found = page(wiki, "Bad[title]", prop="info")
    assert set(found) == {"title", "invalidreason", "invalid"}
    assert found["invalid"] is True


def test_special_page_is_special(wiki: WikiUnderTest) -> None:
    found = page(wiki, "Special:Version")
    assert (found["ns"], found["special"]) == (-1, True)


def test_title_is_normalised_and_said_so(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name = fresh("normal").replace(" ", "_")
    query = wiki.api(action="query", titles=f"user_talk:{name}").body["query"]
    proper = "User talk:N" + name[1:].replace("_", " ")
    assert query["normalized"] == [
        {"fromencoded": False, "from": f"user_talk:{name}", "to": proper}
    ]
    assert query["pages"][0]["title"] == proper


def test_redirect_is_followed_when_asked(wiki: WikiUnderTest, fresh: Fresh) -> None:
    target, made = history(wiki, fresh)
    name, source = "Author of histories 0", fresh("Old name")
    wiki.person(name)
    wiki.edit(source, name, f"#REDIRECT [[{target}]]")
    query = wiki.api(action="query", titles=source, redirects=1, prop="info").body["query"]
    assert query["redirects"] == [{"from": source, "to": target}]
    assert query["pages"][0]["lastrevid"] == made[-1]


def test_redirect_is_named_one_when_not_followed(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name, source = "Author of histories 0", fresh("Old name")
    wiki.person(name)
    wiki.edit(source, name, "#REDIRECT [[Anywhere]]")
    assert page(wiki, source, prop="info")["redirect"] is True


def test_titles_and_numbers_do_not_go_together(wiki: WikiUnderTest) -> None:
    answer = wiki.api(action="query", titles="Main Page", revids=1)
    assert answer.error == "multisource"


def test_without_options_only_the_latest_version(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, made = history(wiki, fresh)
    assert revids(wiki, title) == [made[-1]]


def test_range_goes_from_new_to_old_both_included(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, made = history(wiki, fresh)
    found = revids(wiki, title, rvstartid=made[3], rvendid=made[1], rvlimit="max")
    assert found == [made[3], made[2], made[1]]


def test_range_names_every_author(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, made = history(wiki, fresh, authors=3)
    found = page(
        wiki, title, prop="revisions", rvprop="ids|user|userid", rvstartid=made[4],
        rvendid=made[0], rvlimit="max",
    )  # fmt: skip
    assert len({revision["userid"] for revision in found["revisions"]}) == 3


def test_neighbours_are_found_in_either_direction(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, made = history(wiki, fresh)
    newer = revids(wiki, title, rvstartid=made[2], rvlimit=2, rvdir="newer")
    older = revids(wiki, title, rvstartid=made[2], rvlimit=2, rvdir="older")
    assert (newer, older) == ([made[2], made[3]], [made[2], made[1]])


def test_long_history_continues(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, made = history(wiki, fresh)
    body = wiki.api(action="query", titles=title, prop="revisions", rvprop="ids", rvlimit=3).body
    assert set(body["continue"]) == {"rvcontinue", "continue"}
    rest = wiki.api(
        action="query", titles=title, prop="revisions", rvprop="ids", rvlimit=3,
        rvcontinue=body["continue"]["rvcontinue"],
    ).body  # fmt: skip
    found = [
        revision["revid"]
        for part in (body, rest)
        for revision in part["query"]["pages"][0]["revisions"]
    ]
    assert found == made[::-1]


def test_author_filter_does_not_find_hidden_authors(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, name = fresh("Filtered"), "Author of histories 0"
    wiki.person(name)
    made = [wiki.edit(title, name, text) for text in "abc"]
    wiki.hide(made[1], Part.USER)
    assert revids(wiki, title, rvuser=name, rvlimit="max") == [made[2], made[0]]


def test_test_of_editing_names_the_protection(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, _ = history(wiki, fresh)
    person = fresh("Anybody")
    wiki.person(person)
    wiki.protect(title)
    body = wiki.api(
        by=person, action="query", titles=title, prop="info", intestactions="edit",
        intestactionsdetail="full", inprop="protection",
    ).body  # fmt: skip
    (found,) = body["query"]["pages"]
    assert [each["code"] for each in found["actions"]["edit"]] == ["protectedpage"]
    assert {"type": "edit", "level": "sysop", "expiry": "infinity"} in found["protection"]


def test_templates_of_a_page_are_listed(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, name = f"User talk:{fresh('Quillfeather')}", "Author of histories 0"
    wiki.person(name)
    wiki.edit(title, name, "{{nobots}} and {{Bots|optout=all}}")
    found = page(wiki, title, prop="templates", tllimit="max")
    names = {template["title"] for template in found["templates"]}
    assert names == {"Template:Nobots", "Template:Bots"}


def test_page_tells_which_of_some_pages_it_links_to(wiki: WikiUnderTest, fresh: Fresh) -> None:
    """How the noticeboard of signatories is asked (oauth.account.Signing)."""
    title, name = f"Project:{fresh('Noticeboard')}", fresh("Fennelwood")
    wiki.edit(title, wiki.admin, f"* [[User:{name}]]\n* [[user talk:{name}_x|x]], [[Elsewhere]]")

    def linked(called: str) -> list[dict[str, Any]]:
        asked = {"action": "query", **Signing(title, called).query()}
        (found,) = wiki.ask(asked).body["query"]["pages"]
        links: list[dict[str, Any]] = found.get("links", [])
        return links

    assert linked(name) == [{"ns": 2, "title": f"User:{name}"}]
    assert linked(f"{name} x") == [{"ns": 3, "title": f"User talk:{name} x"}]
    assert linked("Elsewhere") == []


def test_noticeboard_that_is_missing_links_to_nobody(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title = f"Project:{fresh('Nowhere')}"
    asked = {"action": "query", **Signing(title, "Fennelwood").query()}
    (found,) = wiki.ask(asked).body["query"]["pages"]
    assert (found["missing"], "links" in found) == (True, False)


def test_scripts_of_any_site_may_read_a_page_as_nobody(wiki: WikiUnderTest, fresh: Fresh) -> None:
    """What readers' browsers ask for the pinned roster page (onwiki.roster_page)."""
    title = fresh("Project:Rosters")
    wiki.edit(title, wiki.admin, "* desk: line")
    wiki.protect(title)

    answer = wiki.api(get=True, by=wiki.admin, **QUERY, titles=title, origin="*")

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Credentials"] == "false"
    page = read(answer.body)
    assert page is not None
    assert (page.text, page.protected) == ("* desk: line", True)
    without = wiki.api(get=True, **QUERY, titles=title)
    assert "Access-Control-Allow-Origin" not in without.headers
