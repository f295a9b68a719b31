# SPDX-License-Identifier: AGPL-3.0-or-later
"""Views that want the key, not only the session: ``@stepped_up`` under the access decorator.

    @blueprint.post("/desk/<desk>/…")
    @reader
    @stepped_up
    def open_identity(desk: str) -> ResponseReturnValue: …

A script gets 403 ``{"error": "step-up"}``, shows its key and asks again (``withStepUp`` in
``browser/keys/step-up.ts``); a person gets a page that does so, with what the form had posted.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, Final

from flask import jsonify, render_template, request, session

from service.i18n import msg
from service.keys.browser_messages import STEP_UP_MESSAGES
from service.keys.stepup import STEPPED_UP, SteppedUp
from service.services import current_services
from service.web.access import View, current_person
from service.web.errors import posted_fields, wants_json

_REFUSED: Final = 403
_ERROR: Final = "step-up"


def is_stepped_up() -> bool:
    """Whether this session has shown the person's present key in the last minutes."""
    kept = session.get(STEPPED_UP)
    if kept is None:
        return False
    services, person = current_services(), current_person()
    with services.database.read() as database:
        key = services.domain.keys.of(database, person.central_id)
    return key is not None and SteppedUp.from_json(kept).covers(key, services.clock())


def stepped_up(view: View) -> View:
    """Only right after the key was shown. The access decorator stands above this one."""
    return _guarded(view, posts_again=True)


def stepped_up_first(view: View) -> View:
    """The same for views that answer with a file: the person comes back to the page before, and
    presses once more. A page that posted the form by itself would stand there beside the file.
    """
    return _guarded(view, posts_again=False)


def _guarded(view: View, *, posts_again: bool) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if is_stepped_up():
            return view(*args, **kwargs)
        if wants_json():
            message = msg("keys-step-up-needed").unescape()
            return jsonify(error=_ERROR, errors=[{"field": "key", "message": message}]), _REFUSED
        page = render_template(
            "keys/step_up.html",
            asked=request.method,
            posted=posted_fields() if posts_again else None,
            messages=STEP_UP_MESSAGES,
        )
        return page, _REFUSED

    return guarded
