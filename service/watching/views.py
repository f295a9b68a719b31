# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a reader's browser compares with its memory. The same for every reader of the desk: neither
the roster nor the head of a completed day depends on which reports somebody may see.
"""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from service.desks.here import Here
from service.desks.permitted import permitted
from service.desks.standing import voucher_name
from service.i18n.request import write_day
from service.rights.permissions import DeskAct
from service.watching.fingerprint import roster_fingerprint

blueprint = Blueprint("watching", __name__, template_folder="templates")


@blueprint.get("/desk/<desk>/watch")
@permitted(DeskAct.WATCH)
def watch(here: Here) -> ResponseReturnValue:
    """The roster's fingerprint, and the audit's heads as of the last completed days. JSON."""
    services = here.services
    with services.database.read() as database:
        readers = services.domain.roster.readers(database, here.desk.key)
        heads = services.domain.audit_days.heads(database, here.desk.key, services.today())
    return jsonify(
        fingerprint=roster_fingerprint(readers),
        heads=[{"day": one.day.isoformat(), "digest": one.digest.hex()} for one in heads],
    )


@blueprint.get("/desk/<desk>/roster/keys")
@permitted(DeskAct.WATCH)
def keys(here: Here) -> ResponseReturnValue:
    """The lines that the fingerprint is made of, and who vouched for each key. JSON."""
    with here.services.database.read() as database:
        members = here.services.domain.roster.members(database, here.desk.key)
        readers = here.services.domain.roster.readers(database, here.desk.key)
    return jsonify(
        readers=[
            {
                "id": str(one.central_id),
                "name": one.name,
                "recipient": one.recipient,
                "voucher": voucher_name(members, one),
                "on": None if one.vouched_on is None else write_day(one.vouched_on).unescape(),
            }
            for one in readers
        ]
    )
