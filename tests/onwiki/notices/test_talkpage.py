# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading what the wiki says about run page, account and talk page."""

from typing import Any

import pytest

from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.notices.outcomes import Posted, Refusal, Refused
from onwiki.notices.post import outcome_of, refusal_of
from onwiki.notices.talkpage import Stop, check_account, check_run_page, page_called, readable


def page(text: str, model: str = "wikitext") -> dict[str, Any]:
    slot = {"contentmodel": model, "content": text}
    return {"title": "T", "revisions": [{"slots": {"main": slot}}]}


@pytest.mark.parametrize("text", ["on", "Yes\n", " run ", "<!-- how to stop: clear -->\nrun"])
def test_run_page_lets_the_bot_run(text: str) -> None:
    check_run_page(page(text))


@pytest.mark.parametrize(
    "answer",
    [
        page("off"),
        page(""),
        page("run!"),
        page("please run"),
        page("<!-- run -->"),
        page("<!-- run"),
        page("#REDIRECT [[run]]"),
        page("run", model="json"),
        {"title": "T", "missing": True},
        {"title": "T", "invalid": True},
        {"title": "T", "revisions": [{"slots": {"main": {"texthidden": True}}}]},
        {"title": "T", "revisions": []},
    ],
)
def test_run_page_fails_closed(answer: dict[str, Any]) -> None:
    with pytest.raises(Stop) as stop:
        check_run_page(answer)
    assert stop.value.reason is Refusal.RUN_PAGE


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"users": [{"name": "A", "missing": True}]}, Refusal.NO_ACCOUNT),
        ({"users": [{"name": "A", "invalid": True}]}, Refusal.NO_ACCOUNT),
        (
            {"users": [{"userid": 1, "name": "A"}], "globaluserinfo": {"missing": True}},
            Refusal.NO_ACCOUNT,
        ),
        (
            {"users": [{"userid": 1, "name": "A"}], "globaluserinfo": {"id": 1, "hidden": True}},
            Refusal.NO_ACCOUNT,
        ),
        (
            {"users": [{"userid": 1, "name": "A"}], "globaluserinfo": {"id": 1, "locked": True}},
            Refusal.LOCKED,
        ),
    ],
)
def test_account_that_must_not_be_written_to(query: dict[str, Any], reason: Refusal) -> None:
    with pytest.raises(Stop) as stop:
        check_account(query)
    assert stop.value.reason is reason


def test_wiki_without_central_accounts_is_fine() -> None:
    check_account({"users": [{"userid": 1, "name": "A"}]})


@pytest.mark.parametrize("query", [{}, {"users": []}, {"users": [{"name": "A"}]}])
def test_account_that_nothing_was_said_about_is_asked_again(query: dict[str, Any]) -> None:
    with pytest.raises(WikiUnavailable) as fault:
        check_account(query)
    assert fault.value.reason is Unavailable.INCOMPLETE


def test_page_is_found_under_its_local_name() -> None:
    talk = {"title": "Benutzer Diskussion:Larkspur", "missing": True}
    query = {
        "normalized": [{"from": "User talk:Larkspur", "to": talk["title"]}],
        "pages": [{"title": "Projekt:Bot"}, talk],
    }
    assert page_called(query, "User talk:Larkspur") == talk
    assert readable(talk).title == "Benutzer Diskussion:Larkspur"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("protectedpage", Refusal.PROTECTED),
        ("cantcreate-anon", Refusal.PROTECTED),
        ("blocked", Refusal.BOT_BLOCKED),
        ("abusefilter-disallowed", Refusal.FILTERED),
        ("abusefilter-warning", Refusal.FILTERED),
        ("titleblacklist-forbidden", Refusal.FILTERED),
        ("missingtitle", Refusal.CHANGED),
        ("something-new", Refusal.OTHER),
    ],
)
def test_error_of_an_edit_has_its_word(code: str, reason: Refusal) -> None:
    assert refusal_of(code) == Refused(reason)


@pytest.mark.parametrize("code", ["assertuserfailed", "assertnameduserfailed", "badtoken"])
def test_lost_sign_in_is_tried_again_later(code: str) -> None:
    with pytest.raises(WikiUnavailable) as fault:
        refusal_of(code)
    assert fault.value.reason is Unavailable.SIGN_IN_REFUSED


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"edit": {"result": "Failure", "captcha": {"id": "1"}}}, Unavailable.CAPTCHA),
        ({"edit": {"result": "Success"}}, Unavailable.MALFORMED),
        ({}, Unavailable.MALFORMED),
    ],
)
def test_edit_without_a_revision_is_not_posted(answer: dict[str, Any], reason: Unavailable) -> None:
    with pytest.raises(WikiUnavailable) as fault:
        outcome_of(answer)
    assert fault.value.reason is reason


def test_revision_of_the_edit_is_told() -> None:
    assert outcome_of({"edit": {"result": "Success", "newrevid": 44}}) == Posted(44)
