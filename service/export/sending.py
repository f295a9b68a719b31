# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many exports a process sends at once: each holds a thread for as long as its browser reads.

Counted in memory and not in the database: what ends with the process needs nobody to clear it up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Final

MOST_AT_ONCE: Final = 2
"""In a process, of its eight threads (``service.web.serving``); the others go on answering."""

AGAIN_AFTER_S: Final = 60


class TooManyAtOnce(Exception):
    """No more exports now: the person's own is being sent, or there are too many."""


class Sending:
    """The exports that this process is sending, one a person."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._people: set[int] = set()

    def begin(self, central_id: int) -> Sent:
        """Raises TooManyAtOnce."""
        with self._lock:
            if central_id in self._people or len(self._people) >= MOST_AT_ONCE:
                raise TooManyAtOnce
            self._people.add(central_id)
        return Sent(self, central_id)

    def end(self, central_id: int) -> None:
        with self._lock:
            self._people.discard(central_id)


class Sent:
    """One export while it is sent. It ends with its last piece, or with ``close`` when the browser
    went away; what was never begun to be read has no end of its own.
    """

    def __init__(self, sending: Sending, central_id: int) -> None:
        self._sending = sending
        self._central_id = central_id
        self._open = True

    def through(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces, and the end of the export after them."""
        try:
            yield from pieces
        finally:
            self.close()

    def close(self) -> None:
        """End it; a second time does nothing, even if the person has begun another one."""
        if self._open:
            self._open = False
            self._sending.end(self._central_id)
