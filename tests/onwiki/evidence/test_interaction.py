# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two accounts on one wiki: what is asked, what is read of the answers, and what is not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from onwiki.bot import ApiRefused, BotAccess
from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.evidence.contributions import MOST_REQUESTS, NOBODY, contributions
from onwiki.evidence.interaction import (
    Closeness,
    Question,
    Window,
    ask_interaction,
    interaction_with,
)
from onwiki.sandbox import accounts, revisions
from onwiki.sandbox.titles import parse_title
from onwiki.wikis import Wiki
from tests.fixtures_sandbox import Sandbox
from tests.onwiki.evidence.conftest import Answer, Recorded
from tests.realwiki.interface import Part, WikiUnderTest

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=180)
DB = "sandboxwiki"

AskerOf = Callable[..., tuple[Any, Recorded]]


def row(revid: int, minute: int = 0, page: int = 1, **more: Any) -> dict[str, Any]:
    time = f"2026-11-20T10:{minute:02}:00Z"
    return {"revid": revid, "pageid": page, "title": f"Page {page}", "timestamp": time, **more}


def listing(*found: dict[str, Any], goes_on: bool = False) -> dict[str, Any]:
    users = [{"userid": 6, "name": "Mallory"}]
    body: dict[str, Any] = {"query": {"usercontribs": list(found), "users": users}}
    return body | ({"continue": {"uccontinue": "x|1", "continue": "-||users"}} if goes_on else {})


class TestReading:
    """Answers played back."""

    def test_recorded_contributions(
        self, asker_of: AskerOf, recording: Callable[[int], dict[str, Any]]
    ) -> None:
        answer = recording(141)
        answer["query"]["users"] = [{"userid": 6, "name": "Mallory"}]
        asker, source = asker_of(answer)
        found = contributions(asker, "Mallory", SINCE)
        assert found.there
        assert not found.more
        assert [edit.revid for edit in found.edits] == [38, 35, 33, 20, 14, 13, 11, 10, 9, 8, 4]
        assert "555-0100" not in repr(found), "no summary is kept"
        (asked,) = source.asked
        assert asked["ucprop"] == "ids|title|timestamp"
        assert (asked["ucuser"], asked["ucend"]) == ("Mallory", "2026-05-26T12:00:00Z")

    def test_hidden_and_suppressed_rows_are_left_out_even_when_the_bot_sees_them(
        self, asker_of: AskerOf
    ) -> None:
        answer = listing(row(3), row(2, userhidden=True), row(1, suppressed=True))
        asker, _ = asker_of(answer)
        assert [edit.revid for edit in contributions(asker, "Mallory", SINCE).edits] == [3]

    def test_listing_goes_on_and_ends_at_the_most_requests(self, asker_of: AskerOf) -> None:
        answers = [listing(row(revid), goes_on=True) for revid in range(MOST_REQUESTS + 1)]
        asker, source = asker_of(*answers)
        found = contributions(asker, "Mallory", SINCE)
        assert found.more
        assert len(found.edits) == len(source.asked) == MOST_REQUESTS
        assert source.asked[1]["uccontinue"] == "x|1"

    def test_second_account_does_not_go_on_where_the_first_stopped(self, asker_of: AskerOf) -> None:
        answers = [listing(row(n), goes_on=True) for n in range(MOST_REQUESTS)] + [listing()]
        asker, source = asker_of(*answers)
        interaction_with(asker, Question("Mallory", "Alice"), NOW)
        assert "uccontinue" not in source.asked[-1]
        assert source.asked[-1]["ucuser"] == "Alice"

    @pytest.mark.parametrize("user", [{"missing": True}, {"invalid": True}])
    def test_account_that_the_wiki_does_not_know_has_no_edits(
        self, asker_of: AskerOf, user: dict[str, Any]
    ) -> None:
        """Hidden ones are told as missing, and their edits may be listed all the same."""
        answer = {"query": {"usercontribs": [row(1)], "users": [{"name": "Mallory", **user}]}}
        asker, _ = asker_of(answer)
        assert contributions(asker, "Mallory", SINCE) == NOBODY

    @pytest.mark.parametrize("code", ["baduser", "baduser_ucuser", "invaliduser"])
    def test_name_that_the_wiki_refuses_is_nobody(self, asker_of: AskerOf, code: str) -> None:
        asker, _ = asker_of(ApiRefused(code))
        assert contributions(asker, "Mallory", SINCE) == NOBODY

    @pytest.mark.parametrize(
        ("name", "parameter"), [("192.0.2.7", "ucuser"), ("2001:DB8:0:0:0:0:0:0/64", "uciprange")]
    )
    def test_address_is_always_there_and_a_range_is_asked_for_as_one(
        self, asker_of: AskerOf, name: str, parameter: str
    ) -> None:
        asker, source = asker_of({"query": {"usercontribs": [row(1, userid=0)]}})
        assert contributions(asker, name, SINCE).there
        assert source.asked[0][parameter] == name
        assert "ususers" not in source.asked[0]

    @pytest.mark.parametrize(
        ("answer", "reason"),
        [
            (WikiUnavailable(Unavailable.MAXLAG, 5.0), Unavailable.MAXLAG),
            (ApiRefused("permissiondenied"), Unavailable.REFUSED),
            (listing({"revid": 1}), Unavailable.MALFORMED),
            (listing(row(1) | {"revid": "1"}), Unavailable.MALFORMED),
            (listing(row(1) | {"timestamp": "yesterday"}), Unavailable.MALFORMED),
            ({"query": {"usercontribs": {}}}, Unavailable.MALFORMED),
            (listing() | {"continue": []}, Unavailable.MALFORMED),
        ],
    )
    def test_what_is_no_answer_is_asked_again_later(
        self, asker_of: AskerOf, answer: Answer, reason: Unavailable
    ) -> None:
        asker, _ = asker_of(listing(row(1)), answer)
        with pytest.raises(WikiUnavailable) as caught:
            interaction_with(asker, Question("Mallory", "Alice"), NOW)
        assert caught.value.reason is reason

    def test_how_far_back_is_said_where_there_was_more(self, asker_of: AskerOf) -> None:
        first = [listing(row(99 - n, 59 - n), goes_on=True) for n in range(MOST_REQUESTS)]
        asker, _ = asker_of(*first, listing(row(7, 30)))
        found = interaction_with(asker, Question("Mallory", "Alice"), NOW)
        assert found.first.back_to == datetime(2026, 11, 20, 10, 50, tzinfo=UTC)
        assert found.second.back_to is None
        assert (found.first.edits, found.second.edits) == (MOST_REQUESTS, 1)


class TestOnTheSandbox:
    """Through pywikibot and real sockets."""

    def test_two_accounts_meet_and_it_costs_few_requests(
        self, sandbox: Sandbox, first_wiki: Wiki, bot: BotAccess
    ) -> None:
        question = Question("Thornbury", "Larkspur", Window.HALF_YEAR, Closeness.DAY)
        asked = ask_interaction(first_wiki, question, bot, NOW, timeout_s=30)
        met = next(one for one in asked.found.met.pages if one.title == "User talk:Larkspur")
        assert met.distance == timedelta(minutes=67)
        assert {met.first.revid, met.second.revid} == {310000005, 310000006}
        assert asked.requests == len(sandbox.requests()) <= 2 + 3
        assert all(one["method"] == "POST" for one in sandbox.requests())

    def test_only_what_is_close_enough_is_told(self, first_wiki: Wiki, bot: BotAccess) -> None:
        question = Question("Rowanbark", "Quillfeather", Window.HALF_YEAR, Closeness.HOUR)
        found = ask_interaction(first_wiki, question, bot, NOW, timeout_s=30).found
        assert found.met.close == 0

    def test_address_meets_an_account(
        self, sandbox: Sandbox, first_wiki: Wiki, bot: BotAccess
    ) -> None:
        with sandbox.store.writing() as db:
            larkspur = accounts.local_by_name(db, DB, "Larkspur")
            assert larkspur is not None
            for author, minute in (("192.0.2.7", 1), (larkspur, 5), ("2001:DB8::7", 9)):
                revisions.save(
                    db, DB, parse_title("Meeting place"), author, f"text {minute}", "",
                    f"2026-11-20T10:{minute:02}:00Z",
                )  # fmt: skip
        for name in ("192.0.2.7", "2001:DB8:0:0:0:0:0:0/64"):
            question = Question(name, "Larkspur", Window.MONTH, Closeness.HOUR)
            found = ask_interaction(first_wiki, question, bot, NOW, timeout_s=30).found
            assert [one.distance for one in found.met.pages] == [timedelta(minutes=4)]

    def test_failing_wiki_says_why(self, sandbox: Sandbox, first_wiki: Wiki) -> None:
        sandbox.fail("503", wiki=DB, action="query+usercontribs")
        with pytest.raises(WikiUnavailable) as caught:
            ask_interaction(first_wiki, Question("A", "B"), None, NOW, timeout_s=30)
        assert caught.value.reason is Unavailable.SERVER_ERROR


def test_both_wikis_tell_where_two_accounts_met(
    either_wiki: WikiUnderTest, address: Wiki, contract_bot: BotAccess
) -> None:
    """The same from the sandbox and from a real MediaWiki."""
    for name in ("Hedgerow", "Millstone"):
        either_wiki.person(name)
    made = [
        either_wiki.edit("Meeting one", name, f"text {n}")
        for n, name in enumerate(("Hedgerow", "Millstone", "Hedgerow", "Millstone"))
    ]
    either_wiki.edit("Meeting two", "Hedgerow", "alone")
    hidden = either_wiki.edit("Meeting two", "Millstone", "hidden")
    either_wiki.edit("Meeting two", "Hedgerow", "over it")
    either_wiki.hide(hidden, Part.USER, suppress=True)
    now = datetime.now(UTC)
    for access in (None, contract_bot):
        question = Question("Hedgerow", "Millstone", Window.MONTH, Closeness.HOUR)
        found = ask_interaction(address, question, access, now, timeout_s=60).found
        (met,) = found.met.pages
        assert met.title == "Meeting one"
        assert {met.first.revid, met.second.revid} <= set(made)
        assert (met.first_edits, met.second_edits) == (2, 2)
        assert found.first.there
        assert found.second.there


def test_both_wikis_say_of_a_renamed_or_unknown_account_that_it_is_not_there(
    either_wiki: WikiUnderTest, address: Wiki
) -> None:
    either_wiki.person("Hedgerow")
    now = datetime.now(UTC)
    question = Question("Hedgerow", "Nobody Of This Name", Window.MONTH, Closeness.HOUR)
    found = ask_interaction(address, question, None, now, timeout_s=60).found
    assert (found.first.there, found.second.there) == (True, False)
    assert found.met.pages == ()
