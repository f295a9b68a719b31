# SPDX-License-Identifier: AGPL-3.0-or-later
"""Colleagues' keys: who vouched for them, vouching, and sharing what was filed before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.cases.visible import Reader
from service.cases.visible import reader as as_reader
from service.desks.blueprint import blueprint
from service.desks.browser_messages import ROSTER_MESSAGES
from service.desks.here import Here, functionary, reading
from service.desks.roster import Member, Standing, VouchRefused
from service.desks.sharing import SharingRefused
from service.desks.standing import voucher_name
from service.desks.vouching import vouch as vouch_for
from service.i18n import msg
from service.ids import BadId, to_bytes, to_text
from service.web.access import reader

_REFUSED: Final = 422
_LABEL_SIZE: Final = 32


@dataclass(frozen=True)
class Line:
    """A colleague as the page shows one. ``address`` stands for the person in addresses."""

    member: Member
    address: str
    voucher: str | None
    own: bool

    @property
    def reads(self) -> bool:
        return self.member.standing is Standing.READER

    @property
    def waiting(self) -> bool:
        return self.member.standing is Standing.WAITING


@blueprint.get("/desk/<desk>/roster")
@reader
def roster(desk: str) -> ResponseReturnValue:
    """Everybody on the desk's roster, with keys and who vouched for them."""
    return _page(functionary(desk))


@blueprint.post("/desk/<desk>/roster/<person>/vouch")
@reader
def vouch(desk: str, person: str) -> ResponseReturnValue:
    """Vouch for the key with the posted fingerprint, which was compared with the colleague."""
    here = reading(desk)
    services, member = here.services, _member(here, person)
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
        return _page(here, refused.message_key), _REFUSED
    return redirect(url_for("desks.roster", desk=desk, _anchor=person), 303)


@blueprint.get("/desk/<desk>/roster/<person>/backlog")
@reader
def backlog(desk: str, person: str) -> ResponseReturnValue:
    """The next boxes to seal again for a colleague (``after``: the last report that was looked
    at), as JSON.
    """
    here = reading(desk)
    member = _member(here, person)
    if member.standing is not Standing.READER:
        return _share_refused("desks-share-error-not-vouched")
    try:
        after = to_bytes(request.args["after"]) if "after" in request.args else b""
    except BadId:
        abort(404)
    with here.services.database.read() as database:
        found = here.services.domain.sharing.backlog(
            database, here.reader, _reader_for(here, member), after
        )
    boxes = [
        {"report": to_text(one.report), "recipient": one.recipient, "box": to_text(one.box)}
        for one in found.boxes
    ]
    return jsonify(recipient=member.recipient, left=found.left, boxes=boxes)


@blueprint.post("/desk/<desk>/roster/<person>/boxes")
@reader
def boxes(desk: str, person: str) -> ResponseReturnValue:
    """Keep boxes that this browser sealed to a colleague (JSON ``boxes``: by report id)."""
    here = reading(desk)
    services, member = here.services, _member(here, person)
    try:
        sealed = _sealed_boxes(request.get_json())
        with services.database.write() as database:
            kept = services.domain.sharing.grant(
                database,
                here.reader,
                _reader_for(here, member),
                member,
                sealed,
                services.today(),
            )
    except SharingRefused as refused:
        return _share_refused(refused.message_key)
    return jsonify(kept=kept)


def _page(here: Here, error: str | None = None) -> str:
    domain = here.services.domain
    with here.services.database.read() as database:
        members = domain.roster.members(database, here.desk.key)
    lines = [
        Line(
            one,
            to_text(domain.roster.label(one.desk, one.central_id)),
            voucher_name(members, one),
            one.central_id == here.central_id,
        )
        for one in members
    ]
    return render_template(
        "desks/roster.html",
        desk=here.desk,
        standing=here.own,
        lines=lines,
        error=error,
        roster_messages=ROSTER_MESSAGES,
    )


def _member(here: Here, person: str) -> Member:
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


def _reader_for(here: Here, member: Member) -> Reader:
    return as_reader(here.services.match_keys, member.desk, member.central_id, member.name)


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
