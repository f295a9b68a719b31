# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinators' page of a desk's intake: whether it takes reports, and the switch.

How many cases are late is said only to coordinators who read at the desk, and of those cases that
each of them may see.
"""

from __future__ import annotations

from typing import Final

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.desks.blueprint import blueprint
from service.desks.desk import Desk
from service.desks.here import Here, as_reader
from service.desks.intake import LONGEST_REASON, IntakeRefused
from service.desks.offer import offer_of
from service.desks.permitted import coordinates
from service.desks.showing import late_cases
from service.desks.standing import standing
from service.rights.permissions import DeskAct
from service.services import current_services
from service.web.access import current_person

_REFUSED: Final = 422


@blueprint.get("/desk/<desk>/intake")
@coordinates(DeskAct.SEE_INTAKE)
def intake(desk: Desk) -> ResponseReturnValue:
    """Whether the desk takes reports, and the form to change that."""
    return _page(desk)


@blueprint.post("/desk/<desk>/intake")
@coordinates(DeskAct.SET_INTAKE)
def set_intake(desk: Desk) -> ResponseReturnValue:
    """Close the desk to new reports (``intake`` is "closed"), or open it again ("open"), for
    a posted ``reason``.
    """
    services, by = current_services(), current_person()
    switch, reason = services.domain.intake, request.form.get("reason", "")
    acts = {"closed": switch.pause, "open": switch.resume}
    act = acts.get(request.form.get("intake", "")) or abort(400)
    try:
        with services.database.write() as database:
            act(database, desk.key, by.central_id, reason, services.today())
    except IntakeRefused as refused:
        return _page(desk, refused.message_key, reason), _REFUSED
    return redirect(url_for("desks.intake", desk=desk.key), 303)


def _page(desk: Desk, error: str | None = None, reason: str = "") -> str:
    services = current_services()
    domain = services.domain
    with services.database.read() as database:
        offer = offer_of(database, domain.roster, domain.intake, desk)
        paused_on = domain.intake.paused_on(database, desk.key)
    return render_template(
        "desks/intake.html",
        desk=desk,
        offer=offer,
        paused_on=paused_on,
        late=_late(desk),
        error=error,
        reason=reason,
        longest=LONGEST_REASON,
    )


def _late(desk: Desk) -> int:
    """How many late cases whoever asks may see; 0 for a coordinator who does not read here."""
    services, person = current_services(), current_person()
    if desk.key not in person.desks or person.rights_checked is None:
        return 0
    with services.database.read() as database:
        own = standing(database, services.domain.roster, desk, person.central_id)
    if own is None or not own.reads:
        return 0
    return late_cases(Here(services, desk, own, as_reader(services, own.member)))
