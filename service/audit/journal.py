# SPDX-License-Identifier: AGPL-3.0-or-later
"""The audit: an entry in the act's own transaction, and the chain that the worker makes of them."""

from __future__ import annotations

import base64
import enum
import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.audit.chain import (
    EMPTY,
    SALT_SIZE,
    Content,
    Fault,
    Head,
    Link,
    extend,
    verify,
)
from service.audit.models import AuditEntryRow, AuditLeafRow
from service.desks.models import DeskRow
from service.ids import new_id
from service.matching.multimap import length_of
from service.matching.tokens import LABEL_SIZE
from service.vault import Vault

_AT_ONCE: Final = 200
_CHAIN: Final = cast("InstrumentedAttribute[bytes]", DeskRow.chain)


class Act(enum.StrEnum):
    """What was done."""

    OPENED = "opened"
    BOX_GRANTED = "box-granted"
    KEY_MADE = "key-made"
    KEY_CHANGED = "key-changed"
    KEY_LOST = "key-lost"
    """Somebody who could open the old key no more started over with a new one."""
    KEY_EXPORTED = "key-exported"
    KEY_REBOXED = "key-reboxed"
    """Nothing is sealed to the person's earlier keys any more."""
    WRAP_ADDED = "wrap-added"
    WRAP_REMOVED = "wrap-removed"
    VOUCHED = "vouched"
    STATE_CHANGED = "state-changed"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    REPORT_CLOSED = "report-closed"
    IDENTITY_OPENED = "identity-opened"
    EXPORTED = "exported"
    """A report left the tool in a reader's export of its case."""
    ASKED_AGAIN = "asked-again"
    INTERACTION_ASKED = "interaction-asked"
    RELEASED = "released"
    PROLONGED = "prolonged"
    WITHDRAWN = "withdrawn"
    PURGED = "purged"
    ERASED_AGAIN = "erased-again"
    """A restored backup had it, although it had been withdrawn or purged."""
    ACCOUNT_DECLARED = "account-declared"
    DECLARATION_ENDED = "declaration-ended"
    FIRST_KEY_PROPOSED = "first-key-proposed"
    REMOVAL_PROPOSED = "removal-proposed"
    REMOVAL_DROPPED = "removal-dropped"
    REMOVED = "removed"
    INTAKE_CLOSED = "intake-closed"
    INTAKE_OPENED = "intake-opened"
    RIGHT_LOST = "right-lost"
    """The wiki said that a functionary's right is gone; nobody's act here."""
    RIGHT_BACK = "right-back"
    REVIEWED = "reviewed"
    """A report of a new or blocked account was looked at."""
    DAY_CLOSED = "day-closed"


@dataclass(frozen=True)
class Entry:
    """An act: by whom (central id; 0 for the operator), on what, on which day, and why."""

    desk: str
    act: Act
    actor: int
    day: date
    subject: str = ""
    """Hex id of the report, or the central id of a person; empty for the desk itself."""
    reason: str = ""


NOBODY: Final = 0
"""The actor where nobody may be named: who withdraws is not written down."""


class Journal:
    """The audit in the database."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def record(self, session: Session, entry: Entry) -> None:
        """Write down an act. It is committed with the act or not at all.

        For an act on a report or a case the caller holds the desk's row: written after the report
        was erased, the entry would be a trace of it.
        """
        row_id = new_id()
        value = {
            "salt": base64.b64encode(secrets.token_bytes(SALT_SIZE)).decode(),
            "act": entry.act.value,
            "actor": entry.actor,
            "subject": entry.subject,
            "reason": entry.reason,
        }
        session.add(
            AuditEntryRow(
                id=row_id,
                desk=entry.desk,
                day=entry.day,
                about=self._free_label(session, entry.subject),
                blob=self.vault.seal(AuditEntryRow.blob, row_id, value),
            )
        )

    def forget(self, session: Session, desk: str, subject: str) -> int:
        """Erase what was written about a report or a case of ``desk``, salt and content; how many
        entries that were. Their leaves stay, so the chain stays whole.

        The caller holds the desk's row.
        """
        labels = [self._about(subject, number) for number in range(self._count(session, subject))]
        ids: list[bytes] = []
        for start in range(0, len(labels), _AT_ONCE):
            some = AuditEntryRow.about.in_(labels[start : start + _AT_ONCE])
            ids += session.scalars(select(AuditEntryRow.id).where(some))
        ids += self._unlabelled(session, desk, subject)
        for start in range(0, len(ids), _AT_ONCE):
            some = AuditEntryRow.id.in_(ids[start : start + _AT_ONCE])
            session.execute(delete(AuditEntryRow).where(some))
        return len(ids)

    def _unlabelled(self, session: Session, desk: str, subject: str) -> Iterator[bytes]:
        """Ids of entries about ``subject`` from before entries had a label (revision 0009)."""
        rows = session.scalars(
            select(AuditEntryRow).where(AuditEntryRow.desk == desk, AuditEntryRow.about.is_(None))
        )
        for row in rows:
            if self.vault.open(AuditEntryRow.blob, row.id, row.blob)["subject"] == subject:
                yield row.id

    def _free_label(self, session: Session, subject: str) -> bytes:
        if not subject:
            return secrets.token_bytes(LABEL_SIZE)
        return self._about(subject, self._count(session, subject))

    def _count(self, session: Session, subject: str) -> int:
        """How many entries are about ``subject``: their numbers are dense, all go at once."""

        def present(numbers: Sequence[int]) -> list[int]:
            labels = {self._about(subject, number): number for number in numbers}
            found = session.scalars(
                select(AuditEntryRow.about).where(AuditEntryRow.about.in_(list(labels)))
            )
            return [labels[one] for one in found if one is not None]

        return length_of(present) if present([0]) else 0

    def _about(self, subject: str, number: int) -> bytes:
        return self.vault.label("audit-about", subject.encode(), number.to_bytes(8, "big"))

    def chain(self, session: Session, desk: str, closed: date | None = None) -> int:
        """Chain what is not chained yet; the caller holds the desk's row. How many that were.

        ``closed``: the day that ends with them (service.audit.days).
        """
        row = session.get_one(DeskRow, desk)
        head, ended = self._head(row), closed or self.closed(row)
        waiting = session.scalars(
            select(AuditEntryRow)
            .where(AuditEntryRow.desk == desk, AuditEntryRow.chained.is_(None))
            .limit(_AT_ONCE)
        ).all()
        for entry in waiting:
            link = extend(head, self._content(entry))
            head = link.head
            entry.chained = self._label(desk, head.position)
            value = {
                "leaf": base64.b64encode(link.leaf).decode(),
                "head": base64.b64encode(link.digest).decode(),
                "entry": entry.id.hex(),
            }
            session.add(
                AuditLeafRow(
                    label=entry.chained,
                    blob=self.vault.seal(AuditLeafRow.blob, entry.chained, value),
                )
            )
        if waiting:
            standing = {
                "position": head.position,
                "head": base64.b64encode(head.digest).decode(),
                "closed": None if ended is None else ended.isoformat(),
            }
            row.chain = self.vault.seal(_CHAIN, desk.encode(), standing)
        return len(waiting)

    def waiting(self, session: Session) -> list[str]:
        """Desks that have acts which are not chained yet."""
        unchained = select(AuditEntryRow.desk).where(AuditEntryRow.chained.is_(None)).distinct()
        return list(session.scalars(unchained))

    def head(self, session: Session, desk: str) -> Head:
        """Where the chain of ``desk`` stands."""
        return self._head(session.get_one(DeskRow, desk))

    def verify(self, session: Session, desk: str, remembered: Iterable[Head] = ()) -> list[Fault]:
        """What is wrong with the chain of ``desk``; an empty list when nothing is."""
        head = self._head(session.get_one(DeskRow, desk))
        links = self._links(session, desk, head.position)
        return verify(links, [head, *remembered])

    def _links(self, session: Session, desk: str, length: int) -> Iterator[Link]:
        for position in range(1, length + 1):
            label = self._label(desk, position)
            leaf = session.get(AuditLeafRow, label)
            if leaf is None:
                continue
            value = self.vault.open(AuditLeafRow.blob, label, leaf.blob)
            entry = session.get(AuditEntryRow, bytes.fromhex(value["entry"]))
            yield Link(
                position,
                base64.b64decode(value["leaf"]),
                base64.b64decode(value["head"]),
                None if entry is None else self._content(entry),
            )

    def _content(self, row: AuditEntryRow) -> Content:
        value = self.vault.open(AuditEntryRow.blob, row.id, row.blob)
        fields = [row.desk, row.day.isoformat(), value["act"], value["actor"]]
        fields += [value["subject"], value["reason"]]
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        return Content(base64.b64decode(value["salt"]), text.encode())

    def closed(self, row: DeskRow) -> date | None:
        """The last day that was closed in the desk's chain."""
        if row.chain is None:
            return None
        closed = self.vault.open(_CHAIN, row.key.encode(), row.chain).get("closed")
        return None if closed is None else date.fromisoformat(closed)

    def digest_at(self, session: Session, desk: str, position: int) -> bytes | None:
        """The chain's digest after its first ``position`` entries; None where no leaf is."""
        label = self._label(desk, position)
        leaf = session.get(AuditLeafRow, label)
        if leaf is None:
            return None
        return base64.b64decode(self.vault.open(AuditLeafRow.blob, label, leaf.blob)["head"])

    def _head(self, row: DeskRow) -> Head:
        if row.chain is None:
            return EMPTY
        value = self.vault.open(_CHAIN, row.key.encode(), row.chain)
        return Head(value["position"], base64.b64decode(value["head"]))

    def _label(self, desk: str, position: int) -> bytes:
        return self.vault.label("audit-leaf", desk.encode(), position.to_bytes(8, "big"))
