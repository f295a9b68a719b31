# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ways to unlock the own key: add one, put another in its place, remove one, take it along."""

from __future__ import annotations

from typing import Final

from flask import Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from service.ids import BadId, to_bytes
from service.keys import acts
from service.keys.blueprint import blueprint, own_key, owner, refused
from service.keys.offered import read_wrap
from service.keys.store import KeyRefused
from service.services import current_services
from service.web.access import current_person, signed_in
from service.web.stepped_up import stepped_up

_CREATED: Final = 201


@blueprint.post("/key/wraps")
@signed_in
@stepped_up
def add_wrap() -> ResponseReturnValue:
    """One more way to unlock the key, or another one in place of ``instead``."""
    services = current_services()
    try:
        offered = read_wrap(request.get_json())
        with services.database.write() as database:
            acts.add_wrap(services.domain, database, owner(), offered)
    except KeyRefused as error:
        return refused(error)
    return jsonify(), _CREATED


@blueprint.post("/key/wraps/<wrap>/remove")
@signed_in
@stepped_up
def remove_wrap(wrap: str) -> ResponseReturnValue:
    """One way less; the last one that can be kept on paper stays."""
    services = current_services()
    try:
        with services.database.write() as database:
            acts.remove_wrap(services.domain, database, owner(), _id(wrap))
    except KeyRefused as error:
        return refused(error)
    return jsonify()


@blueprint.get("/key/wraps/<wrap>/file")
@signed_in
def wrap_file(wrap: str) -> ResponseReturnValue:
    """A wrapped key as the age file that it is: ``age -d`` opens it with what the person kept."""
    services, person, wanted = current_services(), current_person(), _id(wrap)
    with services.database.read() as database:
        wraps = services.domain.keys.wraps(database, person.central_id)
    found = next((one for one in wraps if one.id == wanted), None)
    if found is None:
        abort(404)
    return _file(found.file, f"key-{found.kind.value}.age")


@blueprint.get("/key/keyring/file")
@signed_in
def keyring_file() -> ResponseReturnValue:
    """Earlier keys as an age file, which the present one opens; 404 where there are none."""
    try:
        keyring = own_key().keyring
    except KeyRefused:
        keyring = None
    if keyring is None:
        abort(404)
    return _file(keyring, "key-earlier.age")


@blueprint.post("/key/exported")
@signed_in
@stepped_up
def exported() -> ResponseReturnValue:
    """Asked before the browser writes the plain key into a file: the act is written down."""
    services = current_services()
    try:
        with services.database.write() as database:
            acts.note_export(services.domain, database, owner())
    except KeyRefused as error:
        return refused(error)
    return jsonify()


def _file(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _id(text: str) -> bytes:
    try:
        return to_bytes(text)
    except BadId:
        abort(404)
