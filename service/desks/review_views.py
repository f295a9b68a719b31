# SPDX-License-Identifier: AGPL-3.0-or-later
"""The marked lane: whoever looked first at a report of a new or blocked account says what it is."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.desks.blueprint import blueprint
from service.desks.here import case_id_of, reading, report_id_of
from service.reports.record import Reviewed
from service.web.access import reader
from service.web.fresh_rights import fresh_rights


@blueprint.post("/desk/<desk>/cases/<case>/reports/<report>/review")
@reader
@fresh_rights
def review(desk: str, case: str, report: str) -> ResponseReturnValue:
    """Count the report (``outcome``: ``counted``), or set it ``aside``."""
    here = reading(desk)
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
    return redirect(url_for("desks.case", desk=desk, case=case), 303)
