# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking Meta once a day which wikis there are; on any doubt, the list in use stays."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError

from onwiki import site_matrix
from onwiki.errors import WikiUnavailable
from service.logs import facts
from service.wikis.kept import Follower, fetched_at, keep
from service.worker.context import Context

EVERY: Final = timedelta(days=1)
TRY_EVERY_S: Final = 3600
"""After a failure; and never two workers at once."""

_TURN: Final = "wiki-list"

_log = logging.getLogger(__name__)


class WikiRefresh:
    """One worker's part in it."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._follower = Follower(context.database, context.wikis)

    def step(self) -> None:
        """Adopt what another worker fetched, or fetch when it is time."""
        now = self.context.clock()
        if self._follower.follow(now) and self._is_our_turn(now):
            self._refresh(now)

    def _is_our_turn(self, now: datetime) -> bool:
        context = self.context
        with suppress(IntegrityError), context.database.write() as session:
            fetched = fetched_at(session)
            if fetched is None or now - fetched >= EVERY:
                return context.domain.queue.take_turn(session, _TURN, now, TRY_EVERY_S)
        return False

    def _refresh(self, now: datetime) -> None:
        context = self.context
        try:
            wikis = site_matrix.parse(site_matrix.fetch(context.meta_api), context.wikis)
        except (WikiUnavailable, site_matrix.BadSiteMatrix) as refused:
            _log.warning("the list of wikis was not refreshed", extra=facts(reason=str(refused)))
            return
        with context.database.write() as session:
            keep(session, wikis, now)
        context.wikis.adopt(wikis)
