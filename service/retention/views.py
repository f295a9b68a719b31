# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeping a report of a case for one more term. For whoever cannot see it, it is not there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from service.desks.case_forms import back_to_case
from service.desks.here import Here, case_id_of
from service.desks.permitted import permitted
from service.ids import BadId, to_bytes
from service.reports.record import Report
from service.retention.prolonging import LONGEST_REASON, ProlongingRefused, is_due_soon
from service.rights.permissions import DeskAct

blueprint = Blueprint("retention", __name__, template_folder="templates")


@blueprint.get("/desk/<desk>/cases/<case>/reports/<report>/keep")
@permitted(DeskAct.SEE_CASES)
def keep(here: Here, case: str, report: str) -> ResponseReturnValue:
    """What keeping it longer means, and the field for the reason."""
    found = _report(here, case, report)
    if found.meta.prolonged or not is_due_soon(here.desk, found, here.services.today()):
        abort(404)
    return _page(here, case, report, found)


@blueprint.post("/desk/<desk>/cases/<case>/reports/<report>/keep")
@permitted(DeskAct.PROLONG)
def prolong(here: Here, case: str, report: str) -> ResponseReturnValue:
    """Keep it for one more term (``reason``)."""
    services, place = here.services, (case_id_of(case), _id(report))
    reason = request.form.get("reason", "")
    prolonging, today = services.domain.prolonging, services.today()
    try:
        with services.database.write() as session:
            kept = prolonging.prolong(session, here.desk, here.reader, place, reason, today)
    except ProlongingRefused as refused:
        found = _report(here, case, report)
        page = _page(here, case, report, found, error=refused.message_key, reason=reason)
        return page, 422
    return back_to_case(here, case, exists=kept is not None)


def _id(text: str) -> bytes:
    try:
        return to_bytes(text)
    except BadId:
        abort(404)


def _report(here: Here, case: str, report: str) -> Report:
    """The report, as one of the case that exists for who asks; else 404."""
    services, report_id = here.services, _id(report)
    with services.database.read() as session:
        found = services.domain.prolonging.open(
            session, here.desk, here.reader, case_id_of(case), report_id
        )
    return found or abort(404)


def _page(here: Here, case: str, report: str, found: Report, **typed: Any) -> str:
    today = here.services.today()
    return render_template(
        "retention/keep.html",
        desk=here.desk,
        case=case,
        address=report,
        ends=here.desk.ends(found.last_act),
        until=here.desk.ends(today),
        most=LONGEST_REASON,
        error=typed.get("error", ""),
        reason=typed.get("reason", ""),
    )
