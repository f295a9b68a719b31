# SPDX-License-Identifier: AGPL-3.0-or-later
"""The identity gate: who reported is shown for a reason, which the reporter reads."""

from __future__ import annotations

from typing import Final

from flask import abort, jsonify, request
from flask.typing import ResponseReturnValue

from service.cases.identity import reason_of
from service.desks.blueprint import blueprint
from service.desks.here import Here, case_id_of, report_id_of
from service.desks.permitted import permitted
from service.desks.showing import sealed_json
from service.reports.form import FilingRefused
from service.reports.posting import error_json
from service.rights.permissions import DeskAct

_REFUSED: Final = 422


@blueprint.post("/desk/<desk>/cases/<case>/reports/<report>/identity")
@permitted(DeskAct.OPEN_IDENTITY)
def identity(here: Here, case: str, report: str) -> ResponseReturnValue:
    """The sealed name of who reported. JSON ``why`` and ``words`` in; the box and the part, or
    ``errors`` at fields, out.
    """
    services = here.services
    asked = request.get_json()
    why, words = (asked.get(one) for one in ("why", "words")) if isinstance(asked, dict) else (0, 0)
    if not isinstance(why, str) or not isinstance(words, str):
        abort(400)
    try:
        reason = reason_of(why, words)
    except FilingRefused as refused:
        return jsonify(errors=[error_json(error) for error in refused.errors]), _REFUSED
    with services.database.write() as database:
        found = services.domain.identity.open(
            database,
            here.desk,
            here.reader,
            case_id_of(case),
            report_id_of(report),
            reason,
            services.today(),
        )
    return abort(404) if found is None else jsonify(sealed_json(found))
