# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker's part: everybody on a roster is asked about within a day, and whoever has been signed
in for long; each at a time of its own, so that the wiki sees no round.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError

from oauth.errors import WikiUnreachable
from service.logs import facts
from service.rights.settling import loses, settle, told_by
from service.sessions.person import Person
from service.worker.context import Context

LOOK_EVERY: Final = timedelta(minutes=10)
"""Also how long the round waits after a wiki that did not answer."""
MOST_AT_ONCE: Final = 10
"""Each question may take five seconds; the worker has other things to do. What is left is done at
the next look."""
SESSION_AGE: Final = timedelta(hours=6)
"""Sessions last twelve hours at most: who is signed in for longer than this is asked about once."""

_TURN: Final = "rights"
_SILENT: Final = 2
"""After so many questions without an answer the wiki is away; one may be an account's own fault."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Counted:
    """What one look found. Numbers only."""

    asked: int = 0
    lost: int = 0
    refused: int = 0
    unanswered: int = 0


class RightsRound:
    """One worker's part in it."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._looked: datetime | None = None
        self._unanswered: set[int] = set()
        """About whom the wiki gave no answer at the last look: the others come first."""

    def step(self) -> Counted | None:
        """Ask about those whose time has come; None when it is not yet time to look."""
        now = self.context.clock()
        if self._looked is not None and now - self._looked < LOOK_EVERY:
            return None
        self._looked = now
        if not self._is_our_turn(now):
            return None
        counted = self._ask(now)
        if counted != Counted():
            _log.info("rights were asked for", extra=facts(**vars(counted)))
        return counted

    def _is_our_turn(self, now: datetime) -> bool:
        context, distance = self.context, int(LOOK_EVERY.total_seconds())
        with suppress(IntegrityError), context.database.write() as session:
            return context.domain.queue.take_turn(session, _TURN, now, distance)
        return False

    def _ask(self, now: datetime) -> Counted:
        asked = lost = refused = unanswered = 0
        due = sorted(self._due(now).items(), key=lambda one: one[0] in self._unanswered)
        for central_id, name in due[:MOST_AT_ONCE]:
            try:
                account = self.context.accounts.ask(central_id, name)
            except WikiUnreachable as error:
                _log.warning("rights could not be asked for: %s", error)
                self._unanswered.add(central_id)
                unanswered += 1
                if unanswered == _SILENT:
                    break  # it will not answer about the others either
                continue
            self._unanswered.discard(central_id)
            context, asked = self.context, asked + 1
            told = told_by(account, central_id, name, context.desks, now.date())
            if told.refused or loses(context.database, context.domain, context.desks, told):
                context.sessions.end_all(central_id)
            elif account is not None:
                seen = Person(central_id, name).told(account, told.desks, now).to_json()
                kept = {key: seen[key] for key in _REFRESHED}
                context.sessions.refresh(central_id, kept)
            gone = settle(context.database, context.domain, context.desks, told, now)
            lost, refused = lost + gone, refused + told.refused
        return Counted(asked, lost, refused, unanswered)

    def _due(self, now: datetime) -> dict[int, str]:
        """Whom to ask about: members of rosters who have waited longest come first."""
        context = self.context
        members = []
        with context.database.read() as session:
            for desk in context.desks:
                members += context.domain.roster.members(session, desk.key)
        waiting = [
            one
            for one in members
            if one.lost_on is None and (one.ask_after is None or one.ask_after <= now)
        ]
        waiting.sort(key=lambda one: 0.0 if one.ask_after is None else one.ask_after.timestamp())
        due = {one.central_id: one.name for one in waiting}
        return due | context.sessions.people(now - SESSION_AGE)


_REFRESHED: Final = ("name", "desks", "edit_count", "registered", "home", "rights_checked")
