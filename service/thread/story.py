# SPDX-License-Identifier: AGPL-3.0-or-later
"""The story of a report: who opened it when, what was added, answered, closed; in order.

Kept for its reporter, and so without names: days and roles. Each event is a row of one size under
a label of its own; how many there are stands in the report's ``meta``. The audit has the same acts
with who did them. Nothing here depends on any other report.
"""

from __future__ import annotations

import base64
import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.reports.record import Meta, Report
from service.thread.models import EventRow
from service.vault import Vault

_AT_ONCE: Final = 200


class EventKind(enum.StrEnum):
    """What happened."""

    OPENED = "opened"
    """A functionary opened it for the first time."""
    NAMED = "named"
    """A functionary opened the name of who reported, and said why."""
    ADDED = "added"
    """The reporter added to it."""
    ANSWERED = "answered"
    CLOSED = "closed"


class Role(enum.StrEnum):
    """As what somebody acted. A reporter is told this, never a name."""

    FUNCTIONARY = "functionary"


@dataclass(frozen=True)
class Event:
    """One event. ``role`` is None where the reporter acted."""

    kind: EventKind
    day: date
    role: Role | None = None
    reason: str = ""
    """Why a name was opened: an IdentityReason."""
    words: str = ""
    """The functionary's own words for it."""
    form: bytes = b""
    """Id of the form that was posted: the same form twice is one event."""

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "day": self.day.isoformat(),
            "role": None if self.role is None else self.role.value,
            "reason": self.reason,
            "words": self.words,
            "form": base64.b64encode(self.form).decode("ascii"),
        }

    @classmethod
    def from_json(cls, value: Any) -> Event:
        role = value["role"]
        return cls(
            kind=EventKind(value["kind"]),
            day=date.fromisoformat(value["day"]),
            role=None if role is None else Role(role),
            reason=value["reason"],
            words=value["words"],
            form=base64.b64decode(value["form"]),
        )


@dataclass(frozen=True)
class Entry:
    """One line of the thread between desk and reporter, and the sealed part that it is."""

    kind: EventKind
    day: date
    part: str


class Story:
    """Stories in the database."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def of(self, session: Session, report: Report) -> tuple[Event, ...]:
        """Everything that happened, in order."""
        labels = self._labels(report)
        blobs: dict[bytes, bytes] = {}
        for start in range(0, len(labels), _AT_ONCE):
            some = labels[start : start + _AT_ONCE]
            rows = select(EventRow.label, EventRow.blob).where(EventRow.label.in_(some))
            blobs |= {row.label: row.blob for row in session.execute(rows)}
        opened = (
            self.vault.open(EventRow.blob, label, blobs[label])
            for label in labels
            if label in blobs
        )
        return tuple(Event.from_json(value) for value in opened)

    def append(self, session: Session, report_id: bytes, meta: Meta, event: Event) -> Meta:
        """Write ``event`` down; the ``meta`` that the caller, who holds the report's row, saves."""
        label = self._label(report_id, meta.events)
        blob = self.vault.seal(EventRow.blob, label, event.to_json())
        session.add(EventRow(label=label, blob=blob))
        return replace(meta, events=meta.events + 1)

    def erase(self, session: Session, report: Report) -> None:
        """Forget it all; for whoever erases the report."""
        session.execute(delete(EventRow).where(EventRow.label.in_(self._labels(report))))

    def _labels(self, report: Report) -> list[bytes]:
        return [self._label(report.id, number) for number in range(report.meta.events)]

    def _label(self, report_id: bytes, number: int) -> bytes:
        return self.vault.label("event", report_id, number.to_bytes(4, "big"))


def thread_of(events: Sequence[Event]) -> list[Entry]:
    """The thread: what the reporter added and what the desk wrote, each with its part."""
    entries: list[Entry] = []
    added = messages = 0
    for event in events:
        match event.kind:
            case EventKind.ADDED:
                entries.append(Entry(event.kind, event.day, f"added-{added}"))
                added += 1
            case EventKind.ANSWERED | EventKind.CLOSED:
                entries.append(Entry(event.kind, event.day, f"message-{messages}"))
                messages += 1
    return entries


def openings_of(events: Sequence[Event]) -> list[Event]:
    """What the reporter is told of openings: of the report, and of the own name."""
    return [one for one in events if one.kind in {EventKind.OPENED, EventKind.NAMED}]


def day_of(events: Sequence[Event], kind: EventKind) -> date | None:
    """When something last happened."""
    return next((one.day for one in reversed(events) if one.kind is kind), None)
