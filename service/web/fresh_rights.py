# SPDX-License-Identifier: AGPL-3.0-or-later
"""The wiki's word of the last hour, before an act that wants it (``service.rights.permissions``).

If the answer in the session is older, the wiki is asked now. When it does not answer, nothing is
done and a page says so; when the right is gone, the person is signed out everywhere.
"""

from __future__ import annotations

import logging

from flask import session

from oauth.errors import WikiUnreachable
from service.rights.again import RightLost, ask_again, is_recent
from service.services import current_services
from service.sessions.interface import current_session
from service.sessions.store import PERSON
from service.web.access import RightsGone, RightsUnknown, current_person

_logger = logging.getLogger(__name__)


def require_fresh_rights() -> None:
    """Ask the wiki if it has to be asked. Raises RightsUnknown, RightsGone."""
    services, person = current_services(), current_person()
    if is_recent(person, services):
        return
    try:
        told = ask_again(services, person, current_session().end_everywhere)
    except WikiUnreachable as error:
        _logger.warning("rights not confirmed before an act: %s", error)
        raise RightsUnknown from None
    except RightLost:
        raise RightsGone from None
    session[PERSON] = told.to_json()
