# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinators' page: a desk's first keys, which two people from outside vouch for.

A coordinator need not be a functionary; nothing of reports is on this page.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.desks.blueprint import blueprint
from service.desks.desk import Desk
from service.desks.first_keys import first_keys, speak_for_first_key
from service.desks.member import Member, VouchRefused
from service.desks.permitted import coordinates
from service.desks.two_people import word_about
from service.desks.word import Voice, Word, WordKind
from service.ids import BadId, to_bytes, to_text
from service.rights.permissions import DeskAct
from service.services import current_services
from service.web.access import current_person

_REFUSED = 422


@dataclass(frozen=True)
class FirstKey:
    """A key that waits; ``word`` is that of whoever vouched already, ``own`` the coordinator's."""

    member: Member
    address: str
    word: Word | None
    own: bool


@blueprint.get("/desk/<desk>/first-keys")
@coordinates(DeskAct.SEE_FIRST_KEYS)
def first_keys_page(desk: Desk) -> ResponseReturnValue:
    """Keys that wait for two people."""
    return _page(desk)


@blueprint.post("/desk/<desk>/first-keys/<person>")
@coordinates(DeskAct.CONFIRM_FIRST_KEY)
def confirm_first_key(desk: Desk, person: str) -> ResponseReturnValue:
    """Vouch for the key with the posted fingerprint, which was compared with its owner."""
    services, by = current_services(), current_person()
    try:
        label = to_bytes(person, 32)
    except BadId:
        abort(404)
    with services.database.read() as database:
        members = services.domain.roster.members(database, desk.key)
    roster = services.domain.roster
    found = (one for one in members if roster.label(desk.key, one.central_id) == label)
    member = next(found, None) or abort(404)
    try:
        with services.database.write() as database:
            speak_for_first_key(
                services.domain,
                database,
                desk.key,
                Voice(by.central_id, by.name),
                member.central_id,
                request.form.get("fingerprint", ""),
                services.today(),
            )
    except VouchRefused as refused:
        return _page(desk, refused.message_key), _REFUSED
    return redirect(url_for("desks.first_keys_page", desk=desk.key), 303)


def _page(desk: Desk, error: str | None = None) -> str:
    services, by = current_services(), current_person()
    voice, today = Voice(by.central_id, by.name), services.today()
    with services.database.read() as database:
        waiting = first_keys(services.domain, database, desk.key)
    lines = []
    for member in waiting:
        word = word_about(member, WordKind.FIRST_KEY, today)
        own = word is not None and word.is_of(services.vault, voice)
        address = to_text(services.domain.roster.label(desk.key, member.central_id))
        lines.append(FirstKey(member, address, word, own))
    return render_template(
        "desks/first_keys.html", desk=desk, lines=lines, own_id=by.central_id, error=error
    )
