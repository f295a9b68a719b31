# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stepping up: once, in one session, in time, with the registered key and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask

from service.ids import to_text
from service.sealing import age
from service.services import Services
from service.sessions.person import Person
from tests.service.keys.holder import PASSKEY, Holder, opened
from tests.service.visiting import Visitor, sign_in

if TYPE_CHECKING:
    from tests.service.conftest import ManualClock


def asked(visitor: Visitor) -> dict[str, str]:
    found: dict[str, str] = visitor.send("/key/step-up/challenge", {}).get_json()
    return found


def is_stepped_up(holder: Holder) -> bool:
    """Whether the session may do what wants the key: write down an export."""
    status = holder.visitor.send("/key/exported", {}).status_code
    assert status in {200, 403}
    return status == 200


def test_signed_in_alone_is_not_enough(holder: Holder) -> None:
    answer = holder.visitor.send("/key/exported", {})

    assert answer.status_code == 403
    assert answer.get_json()["error"] == "step-up"
    assert "your key has to be open" in answer.get_json()["errors"][0]["message"]


def test_person_gets_a_page_that_asks_for_the_key(holder: Holder) -> None:
    page = holder.visitor.get("/key/boxes")

    assert page.status_code == 403
    text = page.get_data(as_text=True)
    assert 'data-page="step-up"' in text
    assert "data-step-up" in text
    assert "data-posted" not in text, "there is nothing to post again"


def test_whoever_opens_the_nonce_is_stepped_up_for_ten_minutes(
    holder: Holder, clock: ManualClock
) -> None:
    holder.step_up()
    clock.advance(minutes=9, seconds=59)
    assert is_stepped_up(holder)
    clock.advance(seconds=1)
    assert not is_stepped_up(holder)


def test_other_session_of_the_same_person_is_not(
    holder: Holder, app: Flask, services: Services, person: Person
) -> None:
    holder.step_up()
    elsewhere = Holder(sign_in(app, services, person), holder.identities, holder.recipient)
    assert is_stepped_up(holder)
    assert not is_stepped_up(elsewhere)


def test_answer_to_another_sessions_challenge_is_refused(
    holder: Holder, app: Flask, services: Services, person: Person
) -> None:
    other = sign_in(app, services, person)
    answer = opened(asked(other), holder.identities[0])
    asked(holder.visitor)

    assert holder.visitor.send("/key/step-up", answer).status_code == 422
    assert not is_stepped_up(holder)


def test_answer_is_good_once(holder: Holder, clock: ManualClock) -> None:
    answer = opened(asked(holder.visitor), holder.identities[0])
    assert holder.visitor.send("/key/step-up", answer).status_code == 200
    clock.advance(minutes=10)

    assert holder.visitor.send("/key/step-up", answer).status_code == 422
    assert not is_stepped_up(holder)


def test_wrong_answer_uses_the_challenge_up(holder: Holder) -> None:
    answer = opened(asked(holder.visitor), holder.identities[0])
    wrong = {**answer, "nonce": to_text(bytes(32))}
    assert holder.visitor.send("/key/step-up", wrong).status_code == 422

    assert holder.visitor.send("/key/step-up", answer).status_code == 422


def test_late_answer_is_refused(holder: Holder, clock: ManualClock) -> None:
    answer = opened(asked(holder.visitor), holder.identities[0])
    clock.advance(minutes=10)

    assert holder.visitor.send("/key/step-up", answer).status_code == 422


def test_answer_to_a_challenge_for_another_key_is_refused(holder: Holder) -> None:
    """One's own key of another moment, or a thief's: the challenge for a new key is no step-up."""
    identity, recipient = age.new_identity()
    for_new = holder.visitor.send("/key/challenge", {"recipient": recipient}).get_json()

    assert holder.visitor.send("/key/step-up", opened(for_new, identity)).status_code == 422
    assert not is_stepped_up(holder)


@pytest.mark.parametrize(
    "answer", [{}, [], 7, {"challenge": 1, "nonce": "AAAA"}, {"challenge": "x", "nonce": "!"}]
)
def test_what_is_no_answer_is_refused(holder: Holder, answer: object) -> None:
    asked(holder.visitor)
    assert holder.visitor.send("/key/step-up", answer).status_code in {400, 422}


def test_whoever_has_no_key_cannot_step_up(visitor: Visitor) -> None:
    assert visitor.send("/key/step-up/challenge", {}).status_code == 404
    assert visitor.send("/key/step-up", {"challenge": "x", "nonce": "AAAA"}).status_code == 404


def test_it_counts_for_the_key_that_was_shown_and_not_for_the_next(
    holder: Holder, app: Flask, services: Services, person: Person
) -> None:
    """The key is replaced from another browser meanwhile."""
    holder.step_up()
    Holder(sign_in(app, services, person), [], "").start_over()

    assert not is_stepped_up(holder)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/key/boxes"),
        ("POST", "/key/boxes"),
        ("POST", "/key/boxes/done"),
        ("POST", "/key/change"),
        ("POST", "/key/exported"),
        ("POST", "/key/wraps"),
        ("POST", "/key/wraps/AAAAAAAAAAAAAAAAAAAAAA/remove"),
    ],
)
def test_what_wants_the_key_is_refused_without(holder: Holder, method: str, path: str) -> None:
    visitor = holder.visitor
    answer = visitor.ask(path) if method == "GET" else visitor.send(path, {"wrap": PASSKEY})

    assert answer.status_code == 403
    assert answer.get_json()["error"] == "step-up"
