# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a wiki says of accounts, their groups, blocks and contributions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.realwiki.interface import BOT, Part, WikiUnderTest

Fresh = Callable[[str], str]
USPROP = "groups|registration|blockinfo|editcount|emailable|gender|centralids|groupmemberships"
BASE = {
    "userid", "name", "editcount", "registration", "groups", "groupmemberships", "emailable",
    "gender", "centralids", "attachedlocal",
}  # fmt: skip
BLOCK = {
    "blockid", "blockedby", "blockedbyid", "blockreason", "blockedtimestamp", "blockexpiry",
    "blockpartial", "blocknocreate", "blockanononly",
}  # fmt: skip


def users(wiki: WikiUnderTest, *names: str, by: str | None = None) -> list[dict[str, Any]]:
    body = wiki.api(by=by, action="query", list="users", ususers="|".join(names), usprop=USPROP)
    found: list[dict[str, Any]] = body.body["query"]["users"]
    return found


def test_account_has_a_number_and_groups(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name = fresh("Fennelwood")
    number = wiki.person(name, ("suppress",))
    (found,) = users(wiki, name)
    assert set(found) == BASE
    assert found["userid"] == number
    assert {"suppress", "*", "user"} <= set(found["groups"])
    assert found["groupmemberships"] == [{"group": "suppress", "expiry": "infinity"}]


def test_unknown_account_is_missing(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name = fresh("Nobody")
    assert users(wiki, name) == [{"name": name, "missing": True}]


def test_impossible_names_are_invalid_and_come_first(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name = fresh("Somebody")
    wiki.person(name)
    bad, ip, found = users(wiki, name, "Bad[name]", "10.0.0.1")
    assert bad == {"name": "Bad[name]", "invalid": True}
    assert ip == {"name": "10.0.0.1", "invalid": True}
    assert found["name"] == name


def test_name_is_normalised(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name = fresh("Rowanbark")
    number = wiki.person(name)
    typed = ("r" + name[1:], name.replace(" ", "_"), f"User:{name}")
    assert [found["userid"] for found in users(wiki, *typed)] == [number] * 3


def test_block_is_told(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name = fresh("Nettlecombe")
    wiki.person(name)
    wiki.block(name)
    (found,) = users(wiki, name)
    assert set(found) >= BASE | BLOCK
    assert found["blockpartial"] is False
    assert found["blockedby"] == wiki.admin
    assert found["blockexpiry"] == "infinite"


def test_partial_block_is_told_apart(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name, title = fresh("Partly"), fresh("Closed page")
    wiki.person(name)
    wiki.edit(title, wiki.admin, "x")
    wiki.block(name, pages=(title,))
    assert users(wiki, name)[0]["blockpartial"] is True


def test_hidden_account_is_missing(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name = fresh("Saltmarsh")
    number = wiki.person(name)
    wiki.block(name, hide_name=True)
    assert users(wiki, name) == [{"name": name, "missing": True}]
    (seen,) = users(wiki, name, by=wiki.admin)
    assert (seen["userid"], seen["hidden"]) == (number, True)


def test_local_numbers_find_accounts(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name = fresh("Marlowick")
    number = wiki.person(name)
    body = wiki.api(action="query", list="users", ususerids=f"{number}|987654").body
    found = {row["userid"]: row for row in body["query"]["users"]}
    assert found[number]["name"] == name
    assert found[987654] == {"userid": 987654, "missing": True}


def test_fifty_one_names_are_refused(wiki: WikiUnderTest) -> None:
    names = "|".join(f"Name {n}" for n in range(51))
    assert wiki.api(action="query", list="users", ususers=names).error == "toomanyvalues"


def test_members_of_a_group_are_listed(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name = fresh("Aardvark functionary")
    wiki.person(name, ("suppress",))
    body = wiki.api(
        action="query", list="allusers", augroup="suppress", auprop="groups", aulimit="max"
    ).body
    found = {row["name"]: row["groups"] for row in body["query"]["allusers"]}
    assert "suppress" in found[name]
    assert wiki.admin in found
    assert BOT not in found


def test_contributions_leave_hidden_authors_out(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, name = fresh("Contributed"), fresh("Brackenridge")
    wiki.person(name)
    made = [wiki.edit(title, name, text) for text in ("a", "ab", "abc")]
    wiki.hide(made[1], Part.USER)
    body = wiki.api(
        action="query", list="usercontribs", ucuser=name, uclimit="max",
        ucprop="ids|title|timestamp|comment|flags|tags|sizediff",
    ).body  # fmt: skip
    rows = body["query"]["usercontribs"]
    assert [row["revid"] for row in rows] == [made[2], made[0]]
    assert set(rows[0]) == {
        "userid", "user", "pageid", "revid", "parentid", "ns", "title", "timestamp", "new",
        "minor", "top", "comment", "sizediff", "tags",
    }  # fmt: skip
    assert (rows[0]["top"], rows[1]["new"]) == (True, True)


def test_visitor_is_an_address_with_number_zero(wiki: WikiUnderTest) -> None:
    body = wiki.api(action="query", meta="userinfo", uiprop="groups|blockinfo").body
    assert body["query"]["userinfo"] == {
        "id": 0, "name": "127.0.0.1", "anon": True, "groups": ["*"],
    }  # fmt: skip


def test_bot_has_the_rights_that_matter(wiki: WikiUnderTest) -> None:
    body = wiki.api(by=BOT, action="query", meta="userinfo", uiprop="rights|groups").body
    found = body["query"]["userinfo"]
    assert {"bot", "apihighlimits", "edit", "sendemail"} <= set(found["rights"])
    assert "bot" in found["groups"]


def test_blocked_caller_is_told_in_userinfo(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name = fresh("Blocked caller")
    wiki.person(name)
    wiki.block(name)
    body = wiki.api(by=name, action="query", meta="userinfo", uiprop="blockinfo").body
    assert set(body["query"]["userinfo"]) >= BLOCK
