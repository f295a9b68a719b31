# SPDX-License-Identifier: AGPL-3.0-or-later
"""The server's side of a personal key: challenge and proof, registering, unlocking, its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from service.audit.models import AuditEntryRow
from service.desks.rows import lay_rows
from service.ids import to_text
from service.keys.store import fingerprint
from service.sealing import age
from service.services import Services
from service.sessions.person import Person
from tests.service.keys.holder import PASSKEY, a_wrap, prove, wrap_json
from tests.service.visiting import Visitor, functionary, sign_in
from tests.service.world import DESK

if TYPE_CHECKING:
    from tests.service.conftest import ManualClock


@pytest.fixture
def visitor(app: Flask, services: Services, person: Person) -> Visitor:
    """A reporter without a key."""
    return sign_in(app, services, person)


def register(visitor: Visitor, *wraps: dict[str, str]) -> tuple[Any, str, str]:
    """Registers a fresh key: the answer, the identity, the recipient."""
    identity, recipient = age.new_identity()
    offered = {"recipient": recipient, "wraps": list(wraps) or [wrap_json()]}
    answer = visitor.send("/key", {**offered, **prove(visitor, identity, recipient)})
    return answer, identity, recipient


def test_key_is_registered_by_whoever_proves_to_hold_it(visitor: Visitor) -> None:
    answer, _, recipient = register(visitor)

    assert answer.status_code == 201
    assert answer.get_json() == {"fingerprint": fingerprint(recipient)}
    found = visitor.ask("/key/wraps").get_json()
    (wrap,) = found.pop("wraps")
    assert found == {"recipient": recipient, "keyring": None}
    assert {**wrap, **wrap_json(), "hint": "", "made": "2026-05-03"} == wrap


def test_without_a_key_there_is_nothing_to_unlock(visitor: Visitor) -> None:
    assert visitor.ask("/key/wraps").status_code == 404


def test_nonce_that_was_guessed_registers_nothing(visitor: Visitor) -> None:
    _, recipient = age.new_identity()
    asked = visitor.send("/key/challenge", {"recipient": recipient}).get_json()
    guess = {"challenge": asked["challenge"], "nonce": to_text(bytes(32))}

    answer = visitor.send("/key", {"recipient": recipient, "wraps": [wrap_json()], **guess})

    assert answer.status_code == 422
    assert "did not arrive in time" in answer.get_json()["errors"][0]["message"]
    assert visitor.ask("/key/wraps").status_code == 404


def test_proof_for_one_key_does_not_register_another(visitor: Visitor) -> None:
    identity, recipient = age.new_identity()
    _, other = age.new_identity()
    proof = prove(visitor, identity, recipient)

    answer = visitor.send("/key", {"recipient": other, "wraps": [wrap_json()], **proof})

    assert answer.status_code == 422
    assert visitor.ask("/key/wraps").status_code == 404


def test_proof_is_good_once(visitor: Visitor) -> None:
    identity, recipient = age.new_identity()
    offered = {"recipient": recipient, **prove(visitor, identity, recipient)}
    assert visitor.send("/key", {**offered, "wraps": []}).status_code == 422

    again = visitor.send("/key", {**offered, "wraps": [wrap_json()]})

    assert again.status_code == 422
    assert visitor.ask("/key/wraps").status_code == 404


def test_proof_of_another_person_is_none(visitor: Visitor, app: Flask, services: Services) -> None:
    other = sign_in(app, services, Person(central_id=2, name="Juniper"))
    identity, recipient = age.new_identity()
    proof = prove(other, identity, recipient)

    answer = visitor.send("/key", {"recipient": recipient, "wraps": [wrap_json()], **proof})

    assert answer.status_code == 422


def test_proof_that_comes_late_is_none(visitor: Visitor, clock: ManualClock) -> None:
    identity, recipient = age.new_identity()
    proof = prove(visitor, identity, recipient)
    clock.advance(minutes=11)

    answer = visitor.send("/key", {"recipient": recipient, "wraps": [wrap_json()], **proof})

    assert answer.status_code == 422


def test_second_key_does_not_take_the_place_of_the_first(visitor: Visitor) -> None:
    _, _, recipient = register(visitor)

    answer, _, _ = register(visitor)

    assert answer.status_code == 409
    assert visitor.ask("/key/wraps").get_json()["recipient"] == recipient


@pytest.mark.parametrize(("kind", "work"), [("passphrase", 17), ("recovery", 12)])
def test_wraps_are_taken_as_the_browser_makes_them(visitor: Visitor, kind: str, work: int) -> None:
    answer, _, _ = register(visitor, wrap_json(kind, work))

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("kind", "work"),
    [("passphrase", 12), ("passphrase", 16), ("passphrase", 19), ("recovery", 11)],
)
def test_wrap_that_is_cheap_to_guess_or_too_dear_to_open_is_refused(
    visitor: Visitor, kind: str, work: int
) -> None:
    answer, _, _ = register(visitor, wrap_json(kind, work))

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "wraps",
    [
        [],
        [wrap_json()] * 9,
        [{"kind": "passkey", "sealed": to_text(a_wrap(12))}],
        [PASSKEY],
        [{"kind": "recovery", "sealed": "no age file"}],
        [{"kind": "recovery", "sealed": to_text(a_wrap(12) + bytes(5000))}],
        ["recovery"],
    ],
)
def test_what_is_no_wrap_is_refused_and_nothing_is_kept(visitor: Visitor, wraps: Any) -> None:
    identity, recipient = age.new_identity()
    proof = prove(visitor, identity, recipient)

    answer = visitor.send("/key", {"recipient": recipient, "wraps": wraps, **proof})

    assert answer.status_code == 422
    assert visitor.ask("/key/wraps").status_code == 404


@pytest.mark.parametrize("recipient", ["", "age1xyz", "age1pq1short", None, 7])
def test_challenge_for_what_is_no_key_is_refused(visitor: Visitor, recipient: object) -> None:
    assert visitor.send("/key/challenge", {"recipient": recipient}).status_code in {400, 422}


def test_functionarys_key_is_written_into_the_audit(app: Flask, services: Services) -> None:
    lay_rows(services.database, services.desks)
    register(sign_in(app, services, functionary(services, 9003, "Rowanbark")))

    with services.database.read() as session:
        desks = session.scalars(select(AuditEntryRow.desk)).all()
    assert desks == [DESK]


def test_reporters_key_leaves_no_entry_in_the_audit(visitor: Visitor, services: Services) -> None:
    register(visitor)

    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntryRow)) == 0


def test_page_of_the_own_key_shows_its_fingerprint_and_what_opens_it(visitor: Visitor) -> None:
    assert "data-has-key" not in visitor.text("/key")

    _, _, recipient = register(visitor, wrap_json("passphrase", 17), wrap_json())

    page = visitor.text("/key")
    assert "data-has-key" in page
    assert 'data-role="reporter"' in page
    assert all(f"<span>{group}</span>" in page for group in fingerprint(recipient).split())
    assert "your passphrase, since 3 May 2026" in page
    assert "your recovery code, since 3 May 2026" in page
    assert recipient not in page
