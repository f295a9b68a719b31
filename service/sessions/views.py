# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where one is signed in: each open session with its times, and a way to end it from here.

There is nothing else to show: neither addresses nor browsers are kept.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.ids import BadId, to_bytes, to_text
from service.sessions.interface import current_session
from service.web.access import signed_in

blueprint = Blueprint("sessions", __name__, template_folder="templates")

_LABEL_SIZE = 32


@blueprint.get("/sessions")
@signed_in
def mine() -> ResponseReturnValue:
    """All open sessions of whoever asks."""
    sessions = current_session().all_of_person()
    return render_template("sessions/mine.html", sessions=sessions, to_text=to_text)


@blueprint.post("/sessions/end")
@signed_in
def end() -> ResponseReturnValue:
    """End the session that is posted as ``session``; one that is over already is no error."""
    try:
        row_id = to_bytes(request.form.get("session", ""), _LABEL_SIZE)
    except BadId:
        row_id = b""
    current_session().end_other(row_id)
    return redirect(url_for("sessions.mine"), 303)
