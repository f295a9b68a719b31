# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking about two accounts from the page of a case, as JSON; each reader meets the own questions.

A question of somebody else, or of another case, is answered like one that is not there, and so is
every question of a case that does not exist for who asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service.desks.here import Here, case_id_of
from service.desks.permitted import permitted
from service.i18n import msg
from service.ids import BadId, to_bytes, to_text
from service.interactions.store import TooMany
from service.interactions.wording import FIELDS, Misworded, read_question
from service.rights.permissions import DeskAct

blueprint = Blueprint("interactions", __name__, template_folder="templates")

_MISWORDED: Final = 422
_TOO_MANY: Final = 429
_BASE: Final = "/desk/<desk>/cases/<case>/interactions"


@blueprint.post(_BASE)
@permitted(DeskAct.ASK_MEETINGS)
def ask(here: Here, case: str) -> ResponseReturnValue:
    """Enter a question (JSON: FIELDS as texts). The answer comes when the worker has asked."""
    case_id = case_id_of(case)
    services = here.services
    posted = request.get_json()
    with services.database.write() as database:
        _require(here, database, case_id)
        try:
            worded = read_question(posted, services.wikis)
            entered = services.domain.interactions.ask(
                database, here.desk, here.reader, case_id, worded, services.clock()
            )
        except Misworded as misworded:
            return _refused(misworded.errors, _MISWORDED)
        except TooMany as enough:
            return _refused({"form": enough.message_key}, _TOO_MANY)
    return (jsonify({}), 201) if entered else abort(404)


@blueprint.get(_BASE)
@permitted(DeskAct.SEE_CASES)
def listing(here: Here, case: str) -> ResponseReturnValue:
    """One's own questions of a case and how far they are; 304 while nothing changed."""
    case_id = case_id_of(case)
    services = here.services
    with services.database.read() as database:
        _require(here, database, case_id)
        found = services.domain.interactions.of_case(database, here.reader, case_id)
    response = jsonify(
        asked=[{"request": to_text(one.id), "state": one.state.value} for one in found]
    )
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get(f"{_BASE}/<asked>")
@permitted(DeskAct.SEE_CASES)
def sealed(here: Here, case: str, asked: str) -> ResponseReturnValue:
    """Question and answer, sealed to one's own key."""
    case_id, request_id = case_id_of(case), _id(asked)
    services = here.services
    with services.database.read() as database:
        _require(here, database, case_id)
        found = services.domain.interactions.sealed(database, here.reader, case_id, request_id)
    if found is None:
        abort(404)
    return jsonify(question=_text(found.question), answer=_text(found.answer))


@blueprint.post(f"{_BASE}/<asked>/remove")
@permitted(DeskAct.REMOVE_QUESTION)
def remove(here: Here, case: str, asked: str) -> ResponseReturnValue:
    """Erase one's own question and its answer."""
    case_id, request_id = case_id_of(case), _id(asked)
    services = here.services
    with services.database.write() as database:
        _require(here, database, case_id)
        gone = services.domain.interactions.remove(
            database, here.reader, case_id, request_id, services.today()
        )
    return jsonify({}) if gone else abort(404)


def _require(here: Here, database: Session, case_id: bytes) -> None:
    """404 unless the case exists for who asks."""
    if here.services.domain.reading.open(database, here.desk, here.reader, case_id) is None:
        abort(404)


def _id(text: str) -> bytes:
    try:
        return to_bytes(text)
    except BadId:
        abort(404)


def _text(sealed: bytes | None) -> str | None:
    return None if sealed is None else to_text(sealed)


def _refused(errors: Mapping[str, str], status: int) -> ResponseReturnValue:
    """Messages at fields, in the form's order."""
    ordered = sorted(errors, key=(*FIELDS, "form").index)
    found = [{"field": one, "message": msg(errors[one]).unescape()} for one in ordered]
    return jsonify(errors=found), status
