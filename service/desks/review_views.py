# SPDX-License-Identifier: AGPL-3.0-or-later
"""The marked lane: whoever looked first at a report of a new or blocked account says what it is."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.desks.blueprint import blueprint
from service.desks.here import Here, case_id_of, report_id_of
from service.desks.permitted import permitted
from service.reports.record import Reviewed
from service.rights.permissions import DeskAct


@blueprint.post("/desk/<desk>/cases/<case>/reports/<report>/review")
@permitted(DeskAct.REVIEW)
def review(here: Here, case: str, report: str) -> ResponseReturnValue:
    """Count the report (``outcome``: ``counted``), or set it ``aside``."""
    services = here.services
    outcome = request.form.get("outcome", "")
    if outcome not in set(Reviewed):
        abort(400)
    with services.database.write() as database:
        exists = services.domain.reviewing.review(
            database,
            here.desk,
            here.reader,
            case_id_of(case),
            report_id_of(report),
            Reviewed(outcome),
            services.today(),
        )
    if not exists:
        abort(404)
    return redirect(url_for("desks.case", desk=here.desk.key, case=case), 303)
