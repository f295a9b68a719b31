# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who gets reminders: a function of (subscriptions, clock, language) alone (DESIGN 8).

Nothing in this folder may import reports or cases; a test walks the imports.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from onwiki.notices.timetable import Rhythm, Timetable, draw_slots, next_slot
from service.notices.models import SubscriptionRow
from service.queue.jobs import JobKind, Queue
from service.rows import put
from service.vault import Vault

_PERSON: Final = "subscription"
KIND: Final = "reminder"

LATEST: Final = timedelta(hours=12)
"""A slot that was missed by more (the worker stood still) is left out, not made up for."""


@dataclass(frozen=True)
class Recipient:
    """Whose talk page, on which wiki, in which language."""

    central_id: int
    name: str
    wiki: str
    lang: str


@dataclass(frozen=True)
class Subscription:
    """A recipient with a timetable, and the next slot."""

    recipient: Recipient
    timetable: Timetable
    due: datetime

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(self.recipient),
            "rhythm": self.timetable.rhythm.value,
            "day": self.timetable.day,
            "hour": self.timetable.hour,
        }


class Subscriptions:
    """Subscriptions in the database."""

    def __init__(self, vault: Vault, queue: Queue) -> None:
        self.vault = vault
        self.queue = queue

    def of(self, session: Session, central_id: int) -> Subscription | None:
        row = session.get(SubscriptionRow, self._label(central_id))
        return None if row is None else self._subscription(row)

    def subscribe(
        self,
        session: Session,
        recipient: Recipient,
        rhythm: Rhythm,
        now: datetime,
    ) -> Subscription:
        """Begin, or change: a new timetable is drawn only when the rhythm changes, so that saving
        the form twice does not move the slots. IntegrityError when two begin at once: come again.
        """
        label = self._label(recipient.central_id)
        row = session.get(SubscriptionRow, label, with_for_update=True, populate_existing=True)
        known = None if row is None else self._subscription(row)
        if known is not None and known.timetable.rhythm is rhythm:
            timetable, due = known.timetable, known.due
        else:
            timetable = draw_slots(rhythm, secrets.randbelow)
            due = next_slot(timetable, now)
        subscription = Subscription(recipient, timetable, due)
        due_s = int(due.timestamp())
        blob = self.vault.seal(SubscriptionRow.blob, label, subscription.to_json())
        if row is None:
            put(session, SubscriptionRow, {"person": label, "due": due_s, "blob": blob})
        else:
            row.due, row.blob = due_s, blob
        return subscription

    def end(self, session: Session, central_id: int) -> None:
        own = SubscriptionRow.person == self._label(central_id)
        session.execute(delete(SubscriptionRow).where(own))

    def all(self, session: Session) -> list[Subscription]:
        """Every subscription: for the demo's "now", and for moving to another home."""
        return [self._subscription(row) for row in session.scalars(select(SubscriptionRow))]

    def any_due(self, session: Session, now: datetime) -> bool:
        """Whether a slot has come: asked often, and without the write lock."""
        due = select(SubscriptionRow.person).where(SubscriptionRow.due <= int(now.timestamp()))
        return session.scalar(due.limit(1)) is not None

    def schedule_one(self, session: Session, now: datetime) -> bool:
        """Turn one slot that has come into a row of the queue. False when none has."""
        row = session.scalar(
            select(SubscriptionRow)
            .where(SubscriptionRow.due <= int(now.timestamp()))
            .order_by(SubscriptionRow.due)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return False
        subscription = self._subscription(row)
        if now - subscription.due <= LATEST:
            self.enqueue(session, subscription, subscription.due, now)
        row.due = int(next_slot(subscription.timetable, now).timestamp())
        return True

    def enqueue(
        self, session: Session, subscription: Subscription, slot: datetime, now: datetime
    ) -> None:
        """One reminder for the slot: recipient, wiki, language and day, nothing else."""
        payload = {
            **asdict(subscription.recipient),
            "batch_day": slot.date().isoformat(),
        }
        self.queue.put(session, JobKind.NOTICE, payload, made=now, due=now)

    def _label(self, central_id: int) -> bytes:
        return self.vault.person(_PERSON, central_id)

    def _subscription(self, row: SubscriptionRow) -> Subscription:
        value = self.vault.open(SubscriptionRow.blob, row.person, row.blob)
        return Subscription(
            Recipient(value["central_id"], value["name"], value["wiki"], value["lang"]),
            Timetable(Rhythm(value["rhythm"]), value["day"], value["hour"]),
            datetime.fromtimestamp(row.due, UTC),
        )
