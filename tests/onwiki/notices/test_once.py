# SPDX-License-Identifier: AGPL-3.0-or-later
"""However slowly the wiki answers, and whoever tries again: the reminder is there once."""

from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.notices import AlreadyPosted, Outcome, Posted
from onwiki.notices.post import STILL_AT_IT_S
from tests.fixtures_sandbox import Sandbox
from tests.onwiki.notices.test_post import (
    MARK,
    NEXT_WEEK,
    Post,
    edits_asked,
    history_of,
    send,
    write,
)

__all__ = ["send"]


@pytest.mark.parametrize("kind", ["lost-answer", "malformed"])
def test_edit_whose_answer_was_lost_is_found_and_not_repeated(
    sandbox: Sandbox, send: Post, kind: str
) -> None:
    sandbox.fail(kind, action="edit", times=1)
    outcome = send()
    assert outcome == Posted(history_of(sandbox, "User talk:Larkspur")[0].id)
    assert isinstance(send(), AlreadyPosted)
    assert len(edits_asked(sandbox)) == 1


def test_edit_that_outlives_our_patience_is_found_later(sandbox: Sandbox, send: Post) -> None:
    sandbox.fail("slow", action="edit", times=1, seconds=60)
    with pytest.raises(WikiUnavailable) as fault:
        send(timeout_s=5.0)
    assert fault.value.reason is Unavailable.TIMEOUT
    assert fault.value.retry_after_s == STILL_AT_IT_S
    sandbox.recover()  # the wiki finishes the edit although nobody waits for the answer
    sandbox.wait_until_all_is_answered()
    assert isinstance(send(), AlreadyPosted)
    assert len(edits_asked(sandbox)) == 1


WITH_AND_WITHOUT_A_TALK_PAGE = pytest.mark.parametrize("name", ["Larkspur", "Ashdown"])


@WITH_AND_WITHOUT_A_TALK_PAGE
def test_edit_that_the_wiki_takes_up_after_the_next_attempt_is_refused(
    sandbox: Sandbox, send: Post, name: str
) -> None:
    sandbox.fail("slow", action="edit", times=1, seconds=3600)
    with ThreadPoolExecutor() as pool:
        late = pool.submit(send, name)
        wait_for_edits(sandbox, late)
        outcome = send(name)
        sandbox.recover()
    assert isinstance(outcome, Posted)
    assert late.result() == AlreadyPosted(outcome.revid)
    assert len(edits_asked(sandbox)) == 2
    assert times_on_the_page(sandbox, name) == 1


@WITH_AND_WITHOUT_A_TALK_PAGE
def test_two_that_looked_before_either_wrote_post_once(
    sandbox: Sandbox, send: Post, name: str
) -> None:
    sandbox.fail("slow", action="edit", times=2, seconds=3600)
    with ThreadPoolExecutor() as pool:
        both = [pool.submit(send, name), pool.submit(send, name)]
        wait_for_edits(sandbox, *both)
        sandbox.recover()
    outcomes = [one.result() for one in both]
    (posted,) = [one for one in outcomes if isinstance(one, Posted)]
    assert AlreadyPosted(posted.revid) in outcomes
    assert times_on_the_page(sandbox, name) == 1


def test_who_only_shares_the_page_comes_again(sandbox: Sandbox, send: Post) -> None:
    """Two recipients, one of whose talk pages leads to the other's: none loses the reminder."""
    write(sandbox, "User talk:Larkspur", "#REDIRECT [[User talk:Ashdown]]")
    write(sandbox, "User talk:Ashdown", "Hello")
    sandbox.fail("slow", action="edit", times=1, seconds=3600)
    with ThreadPoolExecutor() as pool:
        late = pool.submit(send, "Larkspur", mark=NEXT_WEEK)
        wait_for_edits(sandbox, late)
        assert isinstance(send("Ashdown"), Posted)
        sandbox.recover()
    fault = late.exception()
    assert isinstance(fault, WikiUnavailable)
    assert (fault.reason, fault.retry_after_s) == (Unavailable.REFUSED, None)
    assert isinstance(send("Larkspur", mark=NEXT_WEEK), Posted)


def wait_for_edits(sandbox: Sandbox, *attempts: Future[Outcome]) -> None:
    """Until the wiki has been asked by each of the attempts, which wait for it."""
    while len(edits_asked(sandbox)) < len(attempts):
        assert not any(one.done() for one in attempts)


def times_on_the_page(sandbox: Sandbox, name: str) -> int:
    return history_of(sandbox, f"User talk:{name}")[0].text.count(MARK)


@pytest.mark.parametrize(
    ("kind", "reason", "wait_s"),
    [
        ("503", Unavailable.SERVER_ERROR, STILL_AT_IT_S),
        ("maxlag", Unavailable.MAXLAG, 5.0),
        ("captcha", Unavailable.CAPTCHA, None),
        ("reset", Unavailable.UNREACHABLE, STILL_AT_IT_S),
    ],
)
def test_edit_that_was_not_made_is_tried_once_and_posted_later(
    sandbox: Sandbox, send: Post, kind: str, reason: Unavailable, wait_s: float | None
) -> None:
    """A wiki that may still be at it is not asked again before it must be done."""
    sandbox.fail(kind, action="edit", times=1)
    with pytest.raises(WikiUnavailable) as fault:
        send()
    assert (fault.value.reason, fault.value.retry_after_s) == (reason, wait_s)
    assert len(edits_asked(sandbox)) == 1
    assert isinstance(send(), Posted)
