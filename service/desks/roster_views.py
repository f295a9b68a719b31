# SPDX-License-Identifier: AGPL-3.0-or-later
"""Colleagues' keys: who vouched for them, vouching, and sharing what was filed before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.desks.blueprint import blueprint
from service.desks.browser_messages import ROSTER_MESSAGES
from service.desks.desk import FEWEST_READERS
from service.desks.here import Here, as_reader
from service.desks.member import Member, Standing, VouchRefused
from service.desks.permitted import permitted
from service.desks.sharing import SharingRefused
from service.desks.standing import voucher_name
from service.desks.two_people import word_about
from service.desks.vouching import vouch as vouch_for
from service.desks.word import Voice, WordKind
from service.i18n import msg
from service.ids import BadId, to_bytes, to_text
from service.rights.permissions import DeskAct
from service.watching.fingerprint import roster_fingerprint
from service.watching.memory import memory_name, pinned_page

_REFUSED: Final = 422
_LABEL_SIZE: Final = 32


@dataclass(frozen=True)
class Line:
    """A colleague as the page shows one. ``address`` stands for the person in addresses."""

    member: Member
    address: str
    voucher: str | None
    own: bool
    proposer: str | None = None
    """Who wants the colleague taken off; the operator is named so. Not shown to the colleague."""
    proposed_by_me: bool = False

    @property
    def reads(self) -> bool:
        return self.member.standing is Standing.READER

    @property
    def lapsed(self) -> bool:
        return self.member.standing is Standing.LAPSED

    @property
    def waiting(self) -> bool:
        return self.member.standing is Standing.WAITING


@blueprint.get("/desk/<desk>/roster")
@permitted(DeskAct.SEE_ROSTER)
def roster(here: Here) -> ResponseReturnValue:
    """Everybody on the desk's roster, with keys and who vouched for them."""
    return roster_page(here)


@blueprint.post("/desk/<desk>/roster/<person>/vouch")
@permitted(DeskAct.VOUCH)
def vouch(here: Here, person: str) -> ResponseReturnValue:
    """Vouch for the key with the posted fingerprint, which was compared with the colleague."""
    services, member, desk = here.services, colleague(here, person), here.desk.key
    try:
        with services.database.write() as database:
            vouch_for(
                services.domain,
                database,
                desk,
                here.central_id,
                member.central_id,
                request.form.get("fingerprint", ""),
                services.today(),
            )
    except VouchRefused as refused:
        return roster_page(here, refused.message_key), _REFUSED
    return redirect(url_for("desks.roster", desk=desk, _anchor=person), 303)


@blueprint.get("/desk/<desk>/roster/<person>/backlog")
@permitted(DeskAct.SEE_BACKLOG)
def backlog(here: Here, person: str) -> ResponseReturnValue:
    """The next boxes to seal again for a colleague (``after``: the last report that was looked
    at), as JSON.
    """
    member = colleague(here, person)
    if member.standing is not Standing.READER:
        return _share_refused("desks-share-error-not-vouched")
    try:
        after = to_bytes(request.args["after"]) if "after" in request.args else b""
    except BadId:
        abort(404)
    with here.services.database.read() as database:
        found = here.services.domain.sharing.backlog(
            database, here.reader, as_reader(here.services, member), after
        )
    boxes = [
        {"report": to_text(one.report), "recipient": one.recipient, "box": to_text(one.box)}
        for one in found.boxes
    ]
    return jsonify(recipient=member.recipient, left=found.left, boxes=boxes)


@blueprint.post("/desk/<desk>/roster/<person>/boxes")
@permitted(DeskAct.SHARE)
def boxes(here: Here, person: str) -> ResponseReturnValue:
    """Keep boxes that this browser sealed to a colleague (JSON ``boxes``: by report id)."""
    services, member = here.services, colleague(here, person)
    try:
        sealed = _sealed_boxes(request.get_json())
        with services.database.write() as database:
            kept = services.domain.sharing.grant(
                database,
                here.reader,
                as_reader(services, member),
                sealed,
                services.today(),
            )
    except SharingRefused as refused:
        return _share_refused(refused.message_key)
    return jsonify(kept=kept)


def roster_page(here: Here, error: str | None = None) -> str:
    """The page of the roster, with what was refused."""
    domain = here.services.domain
    with here.services.database.read() as database:
        members = domain.roster.members(database, here.desk.key)
    lines = [_line(here, members, one) for one in members]
    readers = [one for one in members if one.standing is Standing.READER]
    return render_template(
        "desks/roster.html",
        desk=here.desk,
        standing=here.own,
        lines=lines,
        few=len(readers) <= FEWEST_READERS,
        fingerprint=roster_fingerprint(readers),
        memory=memory_name(here),
        pinned=pinned_page(here),
        error=error,
        roster_messages=ROSTER_MESSAGES,
    )


def _line(here: Here, members: list[Member], one: Member) -> Line:
    """A colleague's line. To the colleague nothing of a removal is shown before it is done: there
    would be time to copy whatever is still sealed to the key.
    """
    services, own = here.services, one.central_id == here.central_id
    address = to_text(services.domain.roster.label(one.desk, one.central_id))
    line = Line(one, address, voucher_name(members, one), own)
    word = word_about(one, WordKind.REMOVAL, services.today())
    if word is None or own:
        return line
    names = {member.central_id: member.name for member in members}
    voice = Voice(here.central_id, here.own.member.name)
    return replace(
        line,
        proposer=names.get(word.central_id, msg("desks-remove-operator").unescape()),
        proposed_by_me=word.is_of(services.vault, voice),
    )


def colleague(here: Here, person: str) -> Member:
    """The colleague that an address names; 404 for nobody, and for oneself."""
    domain = here.services.domain
    try:
        label = to_bytes(person, _LABEL_SIZE)
    except BadId:
        abort(404)
    with here.services.database.read() as database:
        members = domain.roster.members(database, here.desk.key)
    others = (one for one in members if one.central_id != here.central_id)
    found = (one for one in others if domain.roster.label(one.desk, one.central_id) == label)
    return next(found, None) or abort(404)


def _sealed_boxes(value: object) -> dict[bytes, bytes]:
    """Boxes by report id. Raises SharingRefused."""
    given = value.get("boxes") if isinstance(value, dict) else None
    if not isinstance(given, dict):
        raise SharingRefused("desks-share-error-box")
    try:
        return {to_bytes(report): to_bytes(str(box), None) for report, box in given.items()}
    except BadId:
        raise SharingRefused("desks-share-error-box") from None


def _share_refused(message_key: str) -> ResponseReturnValue:
    message = msg(message_key).unescape()
    return jsonify(errors=[{"field": "boxes", "message": message}]), _REFUSED
