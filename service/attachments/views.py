# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of a report, in chunks: from the reporter's form, and to those who may open it.

Nothing here can be shown by a browser: chunks go out by POST only, as a download without a type,
and what is in them is sealed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from service.attachments.uploads import Chunk
from service.cases.opening import Sealed
from service.desks.here import Here, case_id_of
from service.desks.permitted import permitted
from service.ids import BadId, to_bytes
from service.reports.form import FieldError, FilingRefused
from service.reports.form_ids import BadFormId, FormIds
from service.reports.posting import error_json
from service.reports.record import MANIFEST
from service.rights.permissions import DeskAct
from service.services import current_services
from service.web.access import current_person, signed_in

blueprint = Blueprint("attachments", __name__)

_REFUSED: Final = 422


@blueprint.post("/report/<desk>/attachments")
@signed_in
def upload(desk: str) -> ResponseReturnValue:
    """Keep a chunk of a file for a form (``form_id``, ``number``, ``index``, ``chunk``). JSON:
    ``kept``, the number of chunks of that file; or ``errors`` at fields.
    """
    services, person = current_services(), current_person()
    number, index = (request.form.get(name, type=int) for name in ("number", "index"))
    posted = request.files.get("chunk")
    if number is None or index is None or posted is None:
        abort(400)
    sealed = posted.read()

    def add(form: bytes) -> int:
        with services.database.write() as session:
            place = Chunk(form, number, index)
            attachments = services.domain.attachments
            return attachments.add(session, person.central_id, place, sealed, services.today())

    try:
        form = _form(desk)
        try:
            kept = add(form)
        except IntegrityError:
            kept = add(form)  # another one of this person's was faster to make the record
    except FilingRefused as refused:
        return _errors(refused)
    return jsonify(kept=kept)


@blueprint.post("/report/<desk>/attachments/kept")
@signed_in
def uploaded(desk: str) -> ResponseReturnValue:
    """How far the files of a form are (``form_id``, ``wanted``: numbers); others of the form are
    erased. JSON: ``kept``, chunks by number; or ``errors`` at fields.
    """
    services, person = current_services(), current_person()
    wanted = request.form.getlist("wanted", type=int)
    try:
        form = _form(desk)
    except FilingRefused as refused:
        return _errors(refused)
    with services.database.write() as session:
        kept = services.domain.attachments.uploaded(
            session, person.central_id, form, wanted, services.today()
        )
    return jsonify(kept=kept)


@blueprint.post("/reports/<report>/attachments")
@signed_in
def own(report: str) -> ResponseReturnValue:
    """Chunks of a file of one's own report (JSON ``number``, ``start``)."""
    services, person = current_services(), current_person()
    asked = _asked()
    with services.database.read() as session:
        found = services.domain.own.get(session, person.central_id, _report_id(report))
        if found is None:
            abort(404)
        chunks = services.domain.attachments.chunks(
            session, found, _number(asked, "number"), _number(asked, "start")
        )
    return _octets(chunks)


@blueprint.post("/desk/<desk>/cases/<case>/attachments")
@permitted(DeskAct.OPEN_PARTS)
def of_case(here: Here, case: str) -> ResponseReturnValue:
    """Chunks of a file of a report in a case (JSON ``report``, ``number``, ``start``).

    Whoever is handed the report's parts is handed its files: the same act decides, and writes the
    first opening down.
    """
    services = here.services
    asked = _asked()
    number, start = _number(asked, "number"), _number(asked, "start")
    wanted = _report_id(str(asked.get("report", "")))
    with services.database.write() as session:
        opened = services.domain.opening.open(
            session, here.desk, here.reader, case_id_of(case), {wanted}, services.today()
        )
        handed = _with_files(opened or [])
        if handed is None:
            abort(404)
        report = handed.report.report
        chunks = services.domain.attachments.chunks(session, report, number, start)
    return _octets(chunks)


def _with_files(opened: Sequence[Sealed]) -> Sealed | None:
    return next((one for one in opened if MANIFEST in one.parts), None)


def _octets(chunks: Sequence[bytes]) -> ResponseReturnValue:
    if not chunks:
        abort(404)
    answer = Response(b"".join(chunks), mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = "attachment"
    return answer


def _form(desk: str) -> bytes:
    """The id of the person's form at this desk. Raises FilingRefused."""
    services, person = current_services(), current_person()
    if services.desk(desk) is None:
        abort(404)
    signed = request.form.get("form_id", "")
    try:
        return FormIds(services.config.secret_key).read(signed, person.central_id, desk)
    except BadFormId:
        raise FilingRefused([FieldError("form", "reports-error-form")]) from None


def _errors(refused: FilingRefused) -> ResponseReturnValue:
    return jsonify(errors=[error_json(one) for one in refused.errors]), _REFUSED


def _asked() -> dict[str, Any]:
    asked = request.get_json()
    return asked if isinstance(asked, dict) else abort(400)


def _number(asked: dict[str, Any], name: str) -> int:
    value = asked.get(name)
    return value if type(value) is int and 0 <= value < 1 << 31 else abort(400)


def _report_id(text: str) -> bytes:
    try:
        return to_bytes(text)
    except BadId:
        abort(404)
