# SPDX-License-Identifier: AGPL-3.0-or-later
"""The own key: its page, and what the browser's code asks for while it is made and unlocked.

All JSON has base64url without padding; the other side is ``browser/keys/personal.ts``.
"""

from __future__ import annotations

from typing import Final

from flask import abort, jsonify, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from service.desks.standing import standings
from service.ids import to_text
from service.keys import acts, change_views, proof, stepup_views, wrap_views
from service.keys.blueprint import CHALLENGED, blueprint, owner, refused, require_new_key
from service.keys.browser_messages import KEY_MESSAGES
from service.keys.offered import read_offered
from service.keys.store import KeyRefused, WrapKind
from service.services import current_services
from service.web.access import current_person, signed_in
from service.web.layout import address_if_there

__all__ = ["blueprint", "change_views", "stepup_views", "wrap_views"]

WRAP_KEYS: Final = {
    WrapKind.PASSPHRASE: "keys-wrap-passphrase",
    WrapKind.RECOVERY: "keys-wrap-recovery",
    WrapKind.PASSKEY: "keys-wrap-passkey",
}


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
        wraps=[(WRAP_KEYS[wrap.kind], wrap, to_text(wrap.id)) for wrap in wraps],
        standings=standing,
        onwards=onwards or "",
        messages=KEY_MESSAGES,
    )


@blueprint.post("/key/challenge")
@signed_in
def challenge() -> ResponseReturnValue:
    """Seal a nonce to a new key that the browser says to hold."""
    asked = request.get_json()
    recipient = asked.get("recipient") if isinstance(asked, dict) else None
    if not isinstance(recipient, str):
        abort(400)
    try:
        kept, sealed = proof.begin(recipient, current_services().clock())
    except KeyRefused as error:
        return refused(error)
    session[CHALLENGED] = kept.to_json()
    return jsonify(challenge=kept.name, sealed=to_text(sealed))


@blueprint.post("/key")
@signed_in
def register() -> ResponseReturnValue:
    """Keep a person's first key, once it is proved that the browser holds it."""
    services = current_services()
    try:
        offered = read_offered(request.get_json())
        require_new_key(offered.answer, offered.recipient)
        with services.database.write() as database:
            key = acts.register(services.domain, database, owner(), offered)
    except KeyRefused as error:
        return refused(error)
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
        wraps=[
            {
                "id": to_text(wrap.id),
                "kind": wrap.kind.value,
                "sealed": to_text(wrap.file),
                "made": wrap.made.isoformat(),
                "hint": wrap.hint,
            }
            for wrap in found
        ],
        keyring=None if key.keyring is None else to_text(key.keyring),
    )
