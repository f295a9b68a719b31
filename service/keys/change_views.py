# SPDX-License-Identifier: AGPL-3.0-or-later
"""Another key: changing it, starting over without the old one, and sealing old reports to it."""

from __future__ import annotations

from flask import abort, jsonify, request
from flask.typing import ResponseReturnValue

from service.cases.visible import reader
from service.ids import BadId, to_bytes, to_text
from service.keys import acts
from service.keys.blueprint import (
    blueprint,
    note_proved,
    own_key,
    owner,
    refused,
    require_new_key,
)
from service.keys.offered import read_offered
from service.keys.reboxing import Boxed
from service.keys.store import KeyRefused
from service.services import current_services
from service.web.access import current_person, signed_in
from service.web.stepped_up import stepped_up


@blueprint.post("/key/change")
@signed_in
@stepped_up
def change() -> ResponseReturnValue:
    """Another key, by whoever holds both: the session was stepped up with the old one, and the
    answer to the challenge proves the new one.
    """
    services = current_services()
    try:
        before = own_key()
        offered = read_offered(request.get_json())
        require_new_key(offered.answer, offered.recipient)
        with services.database.write() as database:
            key = acts.change(services.domain, database, owner(), before.id, offered)
    except KeyRefused as error:
        return refused(error)
    note_proved(key)
    return jsonify(fingerprint=key.fingerprint)


@blueprint.post("/key/lost")
@signed_in
def start_over() -> ResponseReturnValue:
    """Another key, by whoever can open the old one no more. What that means was said before."""
    services = current_services()
    try:
        offered = read_offered(request.get_json())
        require_new_key(offered.answer, offered.recipient)
        with services.database.write() as database:
            key = acts.start_over(services.domain, database, owner(), offered)
    except KeyRefused as error:
        return refused(error)
    return jsonify(fingerprint=key.fingerprint)


@blueprint.get("/key/boxes")
@signed_in
@stepped_up
def old_boxes() -> ResponseReturnValue:
    """The next own boxes that are sealed to an earlier key (``after``: the last report that was
    looked at), as JSON like that of ``desks.backlog``.
    """
    services = current_services()
    try:
        after = to_bytes(request.args["after"]) if "after" in request.args else b""
    except BadId:
        abort(404)
    with services.database.read() as database:
        found = services.domain.reboxing.backlog(database, _boxed(), services.today(), after)
    boxes = [
        {"report": to_text(one.report), "recipient": one.recipient, "box": to_text(one.box)}
        for one in found.boxes
    ]
    return jsonify(recipient=own_key().recipient, left=found.left, boxes=boxes)


@blueprint.post("/key/boxes")
@signed_in
@stepped_up
def keep_boxes() -> ResponseReturnValue:
    """Keep boxes that this browser sealed again (JSON ``recipient``, ``boxes`` by report id)."""
    services, asked = current_services(), request.get_json()
    try:
        recipient, boxes = _sealed_again(asked)
        with services.database.write() as database:
            kept = services.domain.reboxing.keep(database, _boxed(), recipient, boxes)
    except KeyRefused as error:
        return refused(error)
    return jsonify(kept=kept)


@blueprint.post("/key/boxes/done")
@signed_in
@stepped_up
def finish_boxes() -> ResponseReturnValue:
    """Let the earlier keys go (JSON ``failed``: reports whose boxes opened with none of them)."""
    services, asked = current_services(), request.get_json()
    failed = asked.get("failed") if isinstance(asked, dict) else None
    try:
        left_out = {to_bytes(str(one)) for one in failed} if isinstance(failed, list) else set()
    except BadId:
        abort(404)
    try:
        with services.database.write() as database:
            services.domain.reboxing.require_none_left(
                database, _boxed(), services.today(), left_out
            )
            acts.finish_reboxing(services.domain, database, owner())
    except KeyRefused as error:
        return refused(error)
    return jsonify()


def _boxed() -> Boxed:
    """The signed-in person, at each desk where boxes may be."""
    services, person = current_services(), current_person()
    desks = sorted(person.desks) if person.rights_checked is not None else []
    with services.database.read() as database:
        members = [
            services.domain.roster.member(database, desk, person.central_id) for desk in desks
        ]
    readers = tuple(
        reader(services.match_keys, member.desk, member.central_id, member.name)
        for member in members
        if member is not None and not member.is_off
    )
    return Boxed(person.central_id, readers)


def _sealed_again(value: object) -> tuple[str, dict[bytes, bytes]]:
    """Raises KeyRefused for anything of another shape."""
    try:
        match value:
            case {"recipient": str(recipient), "boxes": dict(boxes)}:
                return recipient, {
                    to_bytes(str(report)): to_bytes(str(box), None) for report, box in boxes.items()
                }
    except BadId:
        pass
    raise KeyRefused("keys-error-boxes")
