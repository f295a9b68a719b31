# SPDX-License-Identifier: AGPL-3.0-or-later
"""Showing the own key once more: the challenge, and the answer that steps the session up."""

from __future__ import annotations

from flask import jsonify, request, session
from flask.typing import ResponseReturnValue

from service.ids import to_text
from service.keys import proof
from service.keys.blueprint import blueprint, own_key, refused, taken
from service.keys.offered import read_answer
from service.keys.stepup import CHALLENGED, STEPPED_UP, step_up
from service.keys.store import KeyRefused
from service.services import current_services
from service.web.access import signed_in


@blueprint.post("/key/step-up/challenge")
@signed_in
def step_up_challenge() -> ResponseReturnValue:
    """A nonce, sealed to the registered key of whoever is signed in."""
    try:
        kept, sealed = proof.begin(own_key().recipient, current_services().clock())
    except KeyRefused as error:
        return refused(error)
    session[CHALLENGED] = kept.to_json()
    return jsonify(challenge=kept.name, sealed=to_text(sealed))


@blueprint.post("/key/step-up")
@signed_in
def step_up_answer() -> ResponseReturnValue:
    """The opened nonce. One answer a challenge, whatever it is."""
    kept = taken(CHALLENGED)
    try:
        answer = read_answer(request.get_json())
        now = current_services().clock()
        outcome = step_up(kept, answer.challenge, own_key(), answer.nonce, now)
    except KeyRefused as error:
        return refused(error)
    session[STEPPED_UP] = outcome.to_json()
    return jsonify()
