# SPDX-License-Identifier: AGPL-3.0-or-later
"""A case as one file, for whoever reads it here and has just shown the own key."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from service.cases.visible import Reader
from service.desks.here import Here, as_reader, case_id_of
from service.desks.permitted import permitted
from service.desks.standing import standing
from service.export.sending import AGAIN_AFTER_S, TooManyAtOnce
from service.rights.permissions import DeskAct

blueprint = Blueprint("export", __name__, template_folder="templates")


@blueprint.post("/desk/<desk>/cases/<case>/export")
@permitted(DeskAct.EXPORT)
def export(here: Here, case: str) -> ResponseReturnValue:
    """The case, sealed as it is, in a zip that is made while it is sent."""
    services = here.services
    exporting, database = services.domain.exporting, services.database
    with database.read() as session:
        chosen = exporting.choose(session, here.desk, here.reader, case_id_of(case))
    if chosen is None:
        abort(404)
    pieces = exporting.pieces(
        database, here.desk, lambda session: _as_now(here, session), chosen, services.today
    )
    try:
        sent = exporting.sending.begin(here.central_id)
    except TooManyAtOnce:
        raise TooManyRequests(retry_after=AGAIN_AFTER_S) from None
    answer = Response(sent.through(pieces), mimetype="application/zip")
    answer.call_on_close(sent.close)
    name = f"case-{chosen.case}.zip"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _as_now(here: Here, session: Session) -> Reader | None:
    """Who asked, while the answer is sent: with accounts declared meanwhile; None once he was taken
    off the roster or lost the vouch.
    """
    own = standing(session, here.services.domain.roster, here.desk, here.central_id)
    return as_reader(here.services, own.member) if own is not None and own.reads else None
