# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking a colleague off the roster: propose, confirm, or say that it is not to be."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.desks.blueprint import blueprint
from service.desks.here import Here
from service.desks.member import VouchRefused
from service.desks.permitted import permitted
from service.desks.removing import drop_proposal, speak_for_removal
from service.desks.roster_views import colleague, roster_page
from service.desks.word import Voice
from service.rights.permissions import DeskAct

_REFUSED = 422


@blueprint.post("/desk/<desk>/roster/<person>/removal")
@permitted(DeskAct.TAKE_OFF)
def removal(here: Here, person: str) -> ResponseReturnValue:
    """The first colleague proposes, the second one confirms; with ``drop`` it is not to be."""
    services, member = here.services, colleague(here, person)
    voice = Voice(here.central_id, here.own.member.name)
    act = drop_proposal if request.form.get("drop") == "1" else speak_for_removal
    try:
        with services.database.write() as database:
            act(
                services.domain,
                database,
                here.desk.key,
                voice,
                member.central_id,
                services.today(),
            )
    except VouchRefused as refused:
        return roster_page(here, refused.message_key), _REFUSED
    return redirect(url_for("desks.roster", desk=here.desk.key, _anchor=person), 303)
