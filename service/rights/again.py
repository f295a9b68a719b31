# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking once more about whoever is signed in, before an act that wants it. No Flask."""

from __future__ import annotations

from collections.abc import Callable

from service.rights.asking import RECENT
from service.rights.settling import settle, told_by
from service.services import Services
from service.sessions.person import Person


class RightLost(Exception):
    """The wiki says that the person may not do here any more what the session says. The rosters
    know it by now, and the sessions are over."""


def is_recent(person: Person, services: Services) -> bool:
    """Whether the wiki's answer in the session is recent enough for a sensitive act."""
    checked = person.rights_checked
    return checked is not None and services.clock() - checked < RECENT


def ask_again(services: Services, person: Person, end_sessions: Callable[[], None]) -> Person:
    """The person by what the wiki says now. Raises RightLost, WikiUnreachable.

    Sessions end before anything is noted (``settling.loses``).
    """
    now = services.clock()
    account = services.accounts.ask(person.central_id, person.name)
    told = told_by(account, person.central_id, person.name, services.desks, now.date())
    lost = account is None or told.refused or not person.desks <= told.desks
    if lost:
        end_sessions()
    settle(services.database, services.domain, services.desks, told, now)
    if lost or account is None:
        raise RightLost
    return person.told(account, told.desks, now)
