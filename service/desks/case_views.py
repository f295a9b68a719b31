# SPDX-License-Identifier: AGPL-3.0-or-later
"""A case. One that does not exist and one that is hidden from who asks are answered alike."""

from __future__ import annotations

import enum
from typing import Final

from flask import abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from service.cases.head import CaseState
from service.desks.blueprint import blueprint
from service.desks.browser_messages import CASE_MESSAGES
from service.desks.case_forms import back_to_case, posted_choice
from service.desks.here import Here, case_id_of
from service.desks.permitted import permitted
from service.desks.report_acts import acts_context
from service.desks.showing import sealed_json, shown
from service.export.taking import has_box
from service.ids import BadId, to_bytes
from service.reports.record import Contact
from service.rights.permissions import DeskAct

STATE_ACT_KEYS: Final = {
    CaseState.OPEN: "desks-case-open",
    CaseState.WORKING: "desks-case-work",
    CaseState.CLOSED: "desks-case-close",
}
CONTACT_KEYS: Final = {
    Contact.TOOL: "desks-contact-tool",
    Contact.EMAIL: "desks-contact-email",
    Contact.NONE: "desks-contact-none",
}


class Assignee(enum.StrEnum):
    """What the buttons post: nobody gives a case to somebody else."""

    ME = "me"
    NOBODY = "nobody"


@blueprint.get("/desk/<desk>/cases/<case>")
@permitted(DeskAct.SEE_CASES)
def case(here: Here, case: str) -> ResponseReturnValue:
    """What is known of a case without a key; the browser opens the rest."""
    domain = here.services.domain
    with here.services.database.read() as database:
        found = domain.reading.open(database, here.desk, here.reader, case_id_of(case))
        if found is None:
            abort(404)
        related = domain.reading.related(database, here.desk, here.reader, found)
    return render_template(
        "desks/case.html",
        case=found,
        row=found.row,
        related=related,
        acts={state: key for state, key in STATE_ACT_KEYS.items() if state is not found.row.state},
        contact_keys=CONTACT_KEYS,
        can_export=has_box(found),
        case_messages=CASE_MESSAGES,
        **acts_context(here),
        **shown(here),
    )


@blueprint.post("/desk/<desk>/cases/<case>/sealed")
@permitted(DeskAct.OPEN_PARTS)
def sealed(here: Here, case: str) -> ResponseReturnValue:
    """The boxes and parts of some reports of a case (JSON ``reports``: ids). First openings are
    written down: that is why this is no GET.
    """
    services = here.services
    asked = request.get_json()
    wanted = asked.get("reports") if isinstance(asked, dict) else None
    if not isinstance(wanted, list):
        abort(400)
    with services.database.write() as database:
        found = services.domain.opening.open(
            database, here.desk, here.reader, case_id_of(case), _ids(wanted), services.today()
        )
    if found is None:
        abort(404)
    return jsonify(reports=[sealed_json(one) for one in found])


@blueprint.post("/desk/<desk>/cases/<case>/state")
@permitted(DeskAct.SET_STATE)
def set_state(here: Here, case: str) -> ResponseReturnValue:
    """Open, work on or close a case."""
    services, wanted = here.services, posted_choice("state", CaseState)
    with services.database.write() as database:
        exists = services.domain.acts.set_state(
            database, here.desk, here.reader, case_id_of(case), wanted, services.today()
        )
    return back_to_case(here, case, exists=exists)


@blueprint.post("/desk/<desk>/cases/<case>/assignee")
@permitted(DeskAct.ASSIGN)
def assign(here: Here, case: str) -> ResponseReturnValue:
    """Take a case, or give it back."""
    services, wanted = here.services, posted_choice("assignee", Assignee)
    assignee = here.central_id if wanted is Assignee.ME else None
    with services.database.write() as database:
        exists = services.domain.acts.assign(
            database, here.desk, here.reader, case_id_of(case), assignee, services.today()
        )
    return back_to_case(here, case, exists=exists)


def _ids(texts: list[object]) -> set[bytes]:
    """Report ids; a text that is none stands for a report that is not there."""
    found: set[bytes] = set()
    for text in texts:
        try:
            found.add(to_bytes(str(text)))
        except BadId:
            continue
    return found
