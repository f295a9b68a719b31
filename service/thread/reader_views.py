# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answering a report and closing it. A report that is hidden from who asks is not there."""

from __future__ import annotations

from typing import Final

from flask import abort, jsonify, request
from flask.typing import ResponseReturnValue

from service.cases.one_report import find_one
from service.desks.here import Here, case_id_of, report_id_of
from service.desks.permitted import permitted
from service.reports.form import FieldError, FilingRefused
from service.reports.form_ids import BadFormId, FormIds
from service.reports.intake import first
from service.reports.posting import count_of, error_json, posted_file
from service.rights.permissions import DeskAct
from service.thread.answering import Message, Writing
from service.thread.blueprint import blueprint

_REFUSED: Final = 422


@blueprint.get("/desk/<desk>/cases/<case>/reports/<report>/message")
@permitted(DeskAct.SEE_CASES)
def answering(here: Here, case: str, report: str) -> ResponseReturnValue:
    """Asked when a message is about to be sealed. JSON: ``form_id``, ``number`` of the part that it
    will be, and the ``day``.
    """
    services = here.services
    ids = FormIds(services.config.secret_key)
    with services.database.read() as database:
        found = find_one(
            services.domain.reading,
            database,
            here.desk,
            here.reader,
            case_id_of(case),
            report_id_of(report),
        )
    if found is None:
        abort(404)
    return jsonify(
        form_id=ids.issue(here.central_id, _purpose(report)).signed,
        number=found.report.meta.messages,
        day=services.today().isoformat(),
    )


@blueprint.post("/desk/<desk>/cases/<case>/reports/<report>/message")
@permitted(DeskAct.ANSWER)
def answer(here: Here, case: str, report: str) -> ResponseReturnValue:
    """Keep a message that the browser sealed. JSON: nothing, or ``errors``."""
    services = here.services
    try:
        message = _message(here, report)
        with services.database.write() as database:
            exists = services.domain.answering.write(
                database,
                here.desk,
                here.reader,
                case_id_of(case),
                report_id_of(report),
                message,
                services.today(),
            )
    except FilingRefused as refused:
        return jsonify(errors=[error_json(error) for error in refused.errors]), _REFUSED
    return jsonify({}) if exists else abort(404)


def _message(here: Here, report: str) -> Message:
    """Raises FilingRefused."""
    ids = FormIds(here.services.config.secret_key)
    writing, number = first(request.form, "writing"), first(request.form, "number")
    if writing not in set(Writing):
        abort(400)
    try:
        form = ids.read(first(request.form, "form_id"), here.central_id, _purpose(report))
    except BadFormId:
        raise FilingRefused([FieldError("form", "reports-error-form")]) from None
    file = posted_file("message")
    return Message(form, Writing(writing), count_of(number), file)


def _purpose(report: str) -> str:
    return f"message about {report}"
