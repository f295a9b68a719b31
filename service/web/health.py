# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether this process can serve: the database answers, and has this version's schema.

Anybody may ask, so it costs a query every few seconds at most and says yes or no to two questions.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from service.database import Database
from service.migrations.state import is_current

_EXTENSION: Final = "community_support_health"
_FRESH_S: Final = 5.0


@dataclass(frozen=True)
class State:
    """What was found."""

    reachable: bool
    current: bool

    @property
    def fine(self) -> bool:
        return self.reachable and self.current

    def __str__(self) -> str:
        """Three lines for monitoring."""
        return (
            f"{'ok' if self.fine else 'not ready'}\n"
            f"database: {'reachable' if self.reachable else 'away'}\n"
            f"schema: {'current' if self.current else 'not current'}\n"
        )


class Health:
    """Looks at a database, and remembers for a few seconds what it saw."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._looking = threading.Lock()
        self._seen: tuple[float, State] | None = None

    def state(self) -> State:
        """As of the last few seconds. While one thread waits for a database that does not answer,
        the others say what was known before.
        """
        seen = self._seen
        if seen is not None and self._clock() - seen[0] < _FRESH_S:
            return seen[1]
        if not self._looking.acquire(blocking=seen is None):
            assert seen is not None  # noqa: S101 - else it would have waited
            return seen[1]
        try:
            if self._seen is not seen and self._seen is not None:
                return self._seen[1]  # whoever was waited for has just looked
            state = self._look()
            self._seen = (self._clock(), state)
        finally:
            self._looking.release()
        return state

    def _look(self) -> State:
        try:
            return State(reachable=True, current=is_current(self._database))
        except SQLAlchemyError:
            return State(reachable=False, current=False)


def init_app(app: Flask, database: Database) -> None:
    app.extensions[_EXTENSION] = Health(database)


def current_health() -> Health:
    """The Health of the app that handles this request."""
    health: Health = current_app.extensions[_EXTENSION]
    return health
