# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's list of cases. What it is made of comes from ``Reading``, through ``visible``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from service.cases.listed import Row
from service.desks.blueprint import blueprint
from service.desks.browser_messages import QUEUE_MESSAGES
from service.desks.here import Here, case_id_of
from service.desks.permitted import permitted
from service.desks.queue import Filters, Show, Whose, page_of
from service.desks.showing import is_late, readers_of, sealed_json, shown
from service.ids import to_text
from service.rights.permissions import DeskAct
from service.watching.memory import memory_name

SHOW_KEYS: Final = {
    Show.UNDONE: "desks-show-undone",
    Show.OPEN: "desks-state-open",
    Show.WORKING: "desks-state-working",
    Show.CLOSED: "desks-state-closed",
    Show.ALL: "desks-show-all",
}
WHOSE_KEYS: Final = {
    Whose.ANYBODY: "desks-whose-anybody",
    Whose.MINE: "desks-whose-mine",
    Whose.NOBODY: "desks-whose-nobody",
}


@blueprint.get("/desk/<desk>")
@permitted(DeskAct.SEE_DESK)
def queue(here: Here) -> ResponseReturnValue:
    """The cases of the desk; for whoever cannot read yet, what is missing."""
    if not here.own.reads:
        return render_template("desks/not_yet.html", desk=here.desk, standing=here.own)
    domain = here.services.domain
    with here.services.database.read() as database:
        rows = domain.reading.listing(database, here.desk, here.reader)
    colleagues = {
        to_text(domain.roster.label(here.desk.key, one.central_id)): one for one in readers_of(here)
    }
    ids = {address: one.central_id for address, one in colleagues.items()}
    filters = Filters.of(request.args, ids)
    page = page_of(filters.take(rows, here.central_id), request.args.get("page", ""))
    return render_template(
        "desks/queue.html",
        page=page,
        filters=filters,
        show_keys=SHOW_KEYS,
        whose_keys=WHOSE_KEYS,
        colleagues={
            address: one.name
            for address, one in colleagues.items()
            if one.central_id != here.central_id
        },
        memory=memory_name(here),
        late=_asked_about(here, rows),
        queue_messages=QUEUE_MESSAGES,
        **shown(here),
    )


def _asked_about(here: Here, rows: Sequence[Row]) -> int:
    """How many late cases a coordinator is asked about: close the desk to new reports?"""
    if here.central_id not in here.desk.coordinators:
        return 0
    today = here.services.today()
    return sum(is_late(row, today) for row in rows)


@blueprint.get("/desk/<desk>/previews")
@permitted(DeskAct.SEE_CASES)
def previews(here: Here) -> ResponseReturnValue:
    """Of each case that is asked for (``case``, repeated): whom it is about, sealed. JSON."""
    ids = [case_id_of(text) for text in request.args.getlist("case")]
    with here.services.database.read() as database:
        found = here.services.domain.opening.previews(database, here.desk, here.reader, ids)
    return jsonify(cases=[{"case": to_text(one.case), **sealed_json(one)} for one in found])
