# SPDX-License-Identifier: AGPL-3.0-or-later
"""Views that want the wiki's word of the last hour: ``@fresh_rights`` under the access decorator.

    @blueprint.post("/desk/<desk>/…")
    @reader
    @fresh_rights
    @stepped_up
    def open_identity(desk: str) -> ResponseReturnValue: …

If the answer in the session is older, the wiki is asked now. When it does not answer, nothing is
done and a page says so; when the right is gone, the person is signed out everywhere.
"""

from __future__ import annotations

import logging
from functools import wraps
from typing import Any

from flask import session

from oauth.errors import WikiUnreachable
from service.rights.again import RightLost, ask_again, is_recent
from service.services import current_services
from service.sessions.interface import current_session
from service.sessions.store import PERSON
from service.web.access import RightsGone, RightsUnknown, View, current_person

_logger = logging.getLogger(__name__)


def fresh_rights(view: View) -> View:
    """Only with rights that the wiki told within the hour. The access decorator stands above."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        require_fresh_rights()
        return view(*args, **kwargs)

    return guarded


def require_fresh_rights() -> None:
    """Ask the wiki if it has to be asked. Raises RightsUnknown, RightsGone."""
    services, person = current_services(), current_person()
    if is_recent(person, services):
        return
    try:
        session[PERSON] = ask_again(services, person).to_json()
    except WikiUnreachable as error:
        _logger.warning("rights not confirmed before an act: %s", error)
        raise RightsUnknown from None
    except RightLost:
        current_session().end_everywhere()
        raise RightsGone from None
