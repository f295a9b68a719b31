# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report's story in words, for its reporter: what was written when, and who opened it.

Days and roles, no names; made of the report alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from service.cases.identity import IdentityReason
from service.i18n import msg
from service.i18n.request import write_day
from service.thread.story import Entry, Event, EventKind, Role, openings_of, thread_of

ENTRY_KEYS: Final = {
    EventKind.ADDED: "thread-entry-added",
    EventKind.ANSWERED: "thread-entry-answered",
    EventKind.CLOSED: "thread-entry-closed",
}
OPENED_KEYS: Final = {Role.FUNCTIONARY: "thread-opened-functionary"}
NAMED_KEYS: Final = {Role.FUNCTIONARY: "thread-named-functionary"}
REASON_KEYS: Final = {
    IdentityReason.DANGER: "desks-identity-danger",
    IdentityReason.ACT: "desks-identity-act",
    IdentityReason.CONFLICT: "desks-identity-conflict",
    IdentityReason.LAW: "desks-identity-law",
    IdentityReason.OTHER: "desks-identity-other",
}


@dataclass(frozen=True)
class Line:
    """One line of the thread, in words; ``part`` holds what was written."""

    kind: EventKind
    part: str
    said: str


@dataclass(frozen=True)
class Told:
    """What the reporter is told: the thread, and the openings, each a sentence."""

    thread: tuple[Line, ...]
    openings: tuple[str, ...]

    @property
    def answered(self) -> bool:
        return any(one.kind is not EventKind.ADDED for one in self.thread)

    def to_json(self) -> dict[str, Any]:
        return {
            "thread": [
                {"kind": one.kind.value, "part": one.part, "said": one.said} for one in self.thread
            ],
            "openings": list(self.openings),
        }


def told(events: Sequence[Event], *, silent: bool) -> Told:
    """The story of one report. The one place where what its reporter is told of it is decided.

    ``silent`` (``Meta.silent``): it was to be held, and that it was opened is not told yet.
    """
    openings = () if silent else tuple(_openings(events))
    return Told(tuple(_line(entry) for entry in thread_of(events)), openings)


def thread_json(thread: Iterable[Entry]) -> list[dict[str, str]]:
    """The thread for a reader's browser, which writes the days itself."""
    return [
        {"kind": one.kind.value, "day": one.day.isoformat(), "part": one.part} for one in thread
    ]


def _line(entry: Entry) -> Line:
    said = msg(ENTRY_KEYS[entry.kind], date=_day(entry.day)).unescape()
    return Line(entry.kind, entry.part, said)


def _openings(events: Sequence[Event]) -> Iterable[str]:
    """First openings together, those of a day in one sentence; each name with its reason."""
    found = openings_of(events)
    first = Counter(
        (one.day, one.role or Role.FUNCTIONARY) for one in found if one.kind is EventKind.OPENED
    )
    for (day, role), count in sorted(first.items()):
        yield msg(OPENED_KEYS[role], date=_day(day), count=count).unescape()
    for one in found:
        if one.kind is EventKind.NAMED:
            yield msg(
                NAMED_KEYS[one.role or Role.FUNCTIONARY],
                date=_day(one.day),
                why=msg(REASON_KEYS[IdentityReason(one.reason)]).unescape(),
                words=one.words,
            ).unescape()


def _day(day: date) -> str:
    return write_day(day).unescape()
