# SPDX-License-Identifier: AGPL-3.0-or-later
"""The blueprint that the modules with views of the own key share, and what each of them needs."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, jsonify, session
from flask.typing import ResponseReturnValue

from service.i18n import msg
from service.keys import proof
from service.keys.acts import Owner
from service.keys.offered import Answer
from service.keys.stepup import STEPPED_UP, proved
from service.keys.store import KeyRefused, PersonalKey
from service.services import current_services
from service.sessions.interface import current_session
from service.web.access import current_person

blueprint = Blueprint("keys", __name__, template_folder="templates")

CHALLENGED: Final = "key_challenge"
"""Key in the session under which a challenge for a new key waits for its answer."""
_STATUS: Final = {"keys-error-exists": 409, "keys-error-changed": 409, "keys-error-none": 404}
_REFUSED: Final = 422


def owner() -> Owner:
    """Who acts on the own key."""
    person = current_person()
    return Owner(person.central_id, person.desks, current_services().today())


def own_key() -> PersonalKey:
    """The signed-in person's key. Raises KeyRefused where there is none."""
    with current_services().database.read() as database:
        key = current_services().domain.keys.of(database, current_person().central_id)
    if key is None:
        raise KeyRefused("keys-error-none")
    return key


def require_new_key(answer: Answer, recipient: str) -> None:
    """Raises KeyRefused unless the browser holds the new key with that recipient. Whatever the
    answer is, the challenge is used up.
    """
    kept = taken(CHALLENGED)
    now = current_services().clock()
    proof.require_proof(kept, answer.challenge, recipient, answer.nonce, now)


def taken(name: str) -> proof.Challenged | None:
    """The challenge that the session keeps under ``name``: it gives it up for one answer."""
    found = current_session().take(name)
    return None if found is None else proof.Challenged.from_json(found)


def note_proved(key: PersonalKey) -> None:
    """The session is stepped up: possession of ``key`` was proved in it just now."""
    session[STEPPED_UP] = proved(key, current_services().clock()).to_json()


def refused(error: KeyRefused) -> ResponseReturnValue:
    message = msg(error.message_key).unescape()
    status = _STATUS.get(error.message_key, _REFUSED)
    return jsonify(errors=[{"field": "key", "message": message}]), status
