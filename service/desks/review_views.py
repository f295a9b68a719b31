# SPDX-License-Identifier: AGPL-3.0-or-later
"""The marked lane: whoever looked first at a report of a new or blocked account says what it is."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from service.desks.blueprint import blueprint
from service.desks.case_forms import back_to_case, posted_choice
from service.desks.here import Here, case_id_of, report_id_of
from service.desks.permitted import permitted
from service.reports.record import Reviewed
from service.rights.permissions import DeskAct


@blueprint.post("/desk/<desk>/cases/<case>/reports/<report>/review")
@permitted(DeskAct.REVIEW)
def review(here: Here, case: str, report: str) -> ResponseReturnValue:
    """Count the report (``outcome``: ``counted``), or set it ``aside``."""
    services, outcome = here.services, posted_choice("outcome", Reviewed)
    with services.database.write() as database:
        exists = services.domain.reviewing.review(
            database,
            here.desk,
            here.reader,
            case_id_of(case),
            report_id_of(report),
            outcome,
            services.today(),
        )
    return back_to_case(here, case, exists=exists)
