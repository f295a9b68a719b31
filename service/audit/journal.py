# SPDX-License-Identifier: AGPL-3.0-or-later
"""The audit: an entry in the act's own transaction, and the chain that the worker makes of them."""

from __future__ import annotations

import base64
import enum
import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from sqlalchemy import select
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
from service.vault import Vault

_AT_ONCE: Final = 200
_CHAIN: Final = cast("InstrumentedAttribute[bytes]", DeskRow.chain)


class Act(enum.StrEnum):
    """What was done."""

    OPENED = "opened"
    BOX_GRANTED = "box-granted"
    KEY_MADE = "key-made"
    VOUCHED = "vouched"
    STATE_CHANGED = "state-changed"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    REPORT_CLOSED = "report-closed"
    IDENTITY_OPENED = "identity-opened"
    ASKED_AGAIN = "asked-again"
    INTERACTION_ASKED = "interaction-asked"


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


class Journal:
    """The audit in the database."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def record(self, session: Session, entry: Entry) -> None:
        """Write down an act. It is committed with the act or not at all."""
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
                blob=self.vault.seal(AuditEntryRow.blob, row_id, value),
            )
        )

    def chain(self, session: Session, desk: str) -> int:
        """Chain what is not chained yet; the caller holds the desk's row. How many that were."""
        row = session.get_one(DeskRow, desk)
        head = self._head(row)
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

    def _head(self, row: DeskRow) -> Head:
        if row.chain is None:
            return EMPTY
        value = self.vault.open(_CHAIN, row.key.encode(), row.chain)
        return Head(value["position"], base64.b64decode(value["head"]))

    def _label(self, desk: str, position: int) -> bytes:
        return self.vault.label("audit-leaf", desk.encode(), position.to_bytes(8, "big"))
