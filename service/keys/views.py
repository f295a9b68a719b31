# SPDX-License-Identifier: AGPL-3.0-or-later
"""The own key: its page, and what the browser's code asks for while it is made and unlocked.

All JSON has base64url without padding; the other side is ``browser/keys/personal.ts``.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, abort, jsonify, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from service.desks.standing import standings
from service.i18n import msg
from service.ids import to_text
from service.keys import proof
from service.keys.browser_messages import KEY_MESSAGES
from service.keys.offered import Offered, read_offered
from service.keys.registering import register as register_key
from service.keys.store import KeyRefused, WrapKind
from service.services import current_services
from service.sessions.interface import current_session
from service.web.access import current_person, signed_in
from service.web.layout import address_if_there

blueprint = Blueprint("keys", __name__, template_folder="templates")

WRAP_KEYS: Final = {
    WrapKind.PASSPHRASE: "keys-wrap-passphrase",
    WrapKind.RECOVERY: "keys-wrap-recovery",
}
_CHALLENGED: Final = "key_challenge"
"""Key in the session under which a challenge waits for its answer."""
_EXISTS: Final = 409
_REFUSED: Final = 422


@blueprint.get("/key")
@signed_in
def mine() -> ResponseReturnValue:
    """The own key: make it, or see its fingerprint, unlock it, and who vouched for it."""
    services, person = current_services(), current_person()
    own_desks = [desk for desk in services.desks if desk.key in person.desks]
    with services.database.read() as database:
        key = services.domain.keys.of(database, person.central_id)
        wraps = services.domain.keys.wraps(database, person.central_id)
        standing = standings(database, services.domain.roster, own_desks, person.central_id)
    onwards = (
        url_for("desks.queue", desk=own_desks[0].key)
        if own_desks
        else address_if_there("reports.mine")
    )
    return render_template(
        "keys/mine.html",
        key=key,
        wraps=[(WRAP_KEYS[wrap.kind], wrap.made) for wrap in wraps],
        standings=standing,
        onwards=onwards or "",
        messages=KEY_MESSAGES,
    )


@blueprint.post("/key/challenge")
@signed_in
def challenge() -> ResponseReturnValue:
    """Seal a nonce to a key that the browser says to hold."""
    asked = request.get_json()
    recipient = asked.get("recipient") if isinstance(asked, dict) else None
    if not isinstance(recipient, str):
        abort(400)
    try:
        kept, sealed = proof.begin(recipient, current_services().clock())
    except KeyRefused as refused:
        return _refused(refused)
    session[_CHALLENGED] = kept.to_json()
    return jsonify(challenge=kept.name, sealed=to_text(sealed))


@blueprint.post("/key")
@signed_in
def register() -> ResponseReturnValue:
    """Keep a person's first key, once it is proved that the browser holds it."""
    services, person = current_services(), current_person()
    try:
        offered = read_offered(request.get_json())
        _require_proof(offered, offered.recipient)
        with services.database.write() as database:
            key = register_key(
                services.domain,
                database,
                person.central_id,
                person.desks,
                offered,
                services.today(),
            )
    except KeyRefused as refused:
        return _refused(refused)
    return jsonify(fingerprint=key.fingerprint), 201


@blueprint.get("/key/wraps")
@signed_in
def wraps() -> ResponseReturnValue:
    """The own key as the browser unlocks it; 404 for whoever has none."""
    services, person = current_services(), current_person()
    with services.database.read() as database:
        key = services.domain.keys.of(database, person.central_id)
        found = services.domain.keys.wraps(database, person.central_id)
    if key is None:
        abort(404)
    return jsonify(
        recipient=key.recipient,
        wraps=[{"kind": wrap.kind.value, "sealed": to_text(wrap.file)} for wrap in found],
    )


@blueprint.post("/key/wraps")
@signed_in
def replace_wraps() -> ResponseReturnValue:
    """Other ways to unlock the same key, for whoever proves to hold it."""
    services, person = current_services(), current_person()
    with services.database.read() as database:
        key = services.domain.keys.of(database, person.central_id)
    if key is None:
        abort(404)
    try:
        offered = read_offered(request.get_json())
        _require_proof(offered, key.recipient)
        with services.database.write() as database:
            services.domain.keys.replace_wraps(
                database, person.central_id, offered.wraps, services.today()
            )
    except KeyRefused as refused:
        return _refused(refused)
    return jsonify(fingerprint=key.fingerprint)


def _require_proof(offered: Offered, recipient: str) -> None:
    """Raises KeyRefused. Whatever the answer is, the challenge is used up."""
    taken = current_session().take(_CHALLENGED)
    kept = None if taken is None else proof.Challenged.from_json(taken)
    now = current_services().clock()
    proof.require_proof(kept, offered.challenge, recipient, offered.nonce, now)


def _refused(refused: KeyRefused) -> ResponseReturnValue:
    status = _EXISTS if refused.message_key == "keys-error-exists" else _REFUSED
    message = msg(refused.message_key).unescape()
    return jsonify(errors=[{"field": "key", "message": message}]), status
