# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same reminder on the sandbox's talk pages and on a real MediaWiki's."""

from datetime import date

import pytest

from onwiki.bot import BotAccess
from onwiki.notices import AlreadyPosted, Posted, Refusal, Refused, marker, post
from onwiki.wikis import Wiki
from tests.realwiki.interface import WikiUnderTest

MARK = marker(b"k" * 32, "reminder", 7, date(2026, 11, 22))


def text_of(wiki: WikiUnderTest, title: str) -> str:
    answer = wiki.api(
        action="query", prop="revisions", titles=title, rvprop="content", rvslots="main"
    )
    text: str = answer.body["query"]["pages"][0]["revisions"][0]["slots"]["main"]["content"]
    return text


def test_reminder_is_posted_once(
    either_wiki: WikiUnderTest, address: Wiki, contract_bot: BotAccess
) -> None:
    either_wiki.person("Fernhollow")
    either_wiki.edit("Project:Notices run", either_wiki.admin, "run")
    either_wiki.edit("User talk:Fernhollow", either_wiki.admin, "== Hello ==\n\nHello.")
    outcomes = [
        post(address, contract_bot, "Fernhollow", "en", MARK, "Project:Notices run", 60.0)
        for _ in range(2)
    ]
    first = outcomes[0]
    assert isinstance(first, Posted)
    assert outcomes[1] == AlreadyPosted(first.revid)
    text = text_of(either_wiki, "User talk:Fernhollow")
    assert text.startswith("== Hello ==\n\nHello.\n\n== Your Community Support reminder ==\n\n")
    assert text.count(MARK) == 1


def test_edit_is_not_minor(
    either_wiki: WikiUnderTest, address: Wiki, contract_bot: BotAccess
) -> None:
    either_wiki.person("Rushbrook")
    outcome = post(address, contract_bot, "Rushbrook", "en", MARK, None, 60.0)
    assert isinstance(outcome, Posted)
    answer = either_wiki.api(
        action="query", prop="revisions", revids=outcome.revid, rvprop="flags|comment"
    )
    revision = answer.body["query"]["pages"][0]["revisions"][0]
    assert revision["minor"] is False
    assert revision["comment"] == "/* Your Community Support reminder */ new section"


def test_hidden_and_missing_people_get_no_page(
    either_wiki: WikiUnderTest, address: Wiki, contract_bot: BotAccess
) -> None:
    either_wiki.person("Hidden Brook")
    either_wiki.block("Hidden Brook", hide_name=True)
    for name in ("Hidden Brook", "Never was here"):
        outcome = post(address, contract_bot, name, "en", MARK, None, 60.0)
        assert outcome == Refused(Refusal.NO_ACCOUNT)
        page = either_wiki.api(action="query", titles=f"User talk:{name}")
        assert page.body["query"]["pages"][0]["missing"]


def test_redirect_is_followed_within_user_talk_only(
    either_wiki: WikiUnderTest, address: Wiki, contract_bot: BotAccess
) -> None:
    for name in ("Oldname", "Newname", "Chained"):
        either_wiki.person(name)
    either_wiki.edit("User talk:Newname", either_wiki.admin, "Hello")
    either_wiki.edit("User talk:Oldname", either_wiki.admin, "#REDIRECT [[User talk:Newname]]")
    either_wiki.edit("User talk:Chained", either_wiki.admin, "#REDIRECT [[User talk:Oldname]]")
    assert isinstance(post(address, contract_bot, "Oldname", "en", MARK, None, 60.0), Posted)
    assert MARK in text_of(either_wiki, "User talk:Newname")
    chained = post(address, contract_bot, "Chained", "en", MARK, None, 60.0)
    assert chained == Refused(Refusal.REDIRECT)


@pytest.mark.parametrize("name", ["Jsonbrook"])
def test_page_of_another_model_is_left_alone(
    either_wiki: WikiUnderTest, address: Wiki, contract_bot: BotAccess, name: str
) -> None:
    either_wiki.person(name)
    either_wiki.set_model(f"User talk:{name}", "json", "{}")
    outcome = post(address, contract_bot, name, "en", MARK, None, 60.0)
    assert outcome == Refused(Refusal.NOT_WIKITEXT)


def test_protected_page_is_left_alone(
    either_wiki: WikiUnderTest, address: Wiki, contract_bot: BotAccess
) -> None:
    either_wiki.person("Guarded")
    either_wiki.edit("User talk:Guarded", either_wiki.admin, "Hello")
    either_wiki.protect("User talk:Guarded")
    outcome = post(address, contract_bot, "Guarded", "en", MARK, None, 60.0)
    assert outcome == Refused(Refusal.PROTECTED)
