# SPDX-License-Identifier: AGPL-3.0-or-later
"""Questions about two accounts in the database: asking, looking, removing; each reader the own.

Nothing here reads or changes a report, and nothing that a reporter or another reader meets
depends on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, cast

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.audit.journal import Act, Entry, Journal
from service.cases.reading import Reading
from service.cases.visible import Reader
from service.desks.desk import Desk
from service.desks.member import Standing
from service.desks.roster import Roster
from service.ids import new_id
from service.interactions.models import InteractionRow
from service.interactions.record import UNDER_WAY, Asked, State
from service.interactions.sealed import seal_question
from service.interactions.wording import Worded
from service.keys.store import PersonalKey
from service.queue.jobs import JobKind, Queue
from service.refusal import Refusal
from service.vault import Vault

MOST_KEPT: Final = 20
MOST_A_DAY: Final = 10
MOST_UNDER_WAY: Final = 3
"""Of one reader, over all cases: each costs a wiki up to twenty requests."""

KEPT_FOR: Final = timedelta(days=30)

_SLOT: Final = "interaction"
_QUESTION: Final = cast("InstrumentedAttribute[bytes]", InteractionRow.question)
_ANSWER: Final = cast("InstrumentedAttribute[bytes]", InteractionRow.answer)


class TooMany(Refusal):
    """A reader has asked enough for now."""


@dataclass(frozen=True)
class Sealed:
    """A question's age files, as the reader's browser opens them."""

    question: bytes | None
    answer: bytes | None


class Interactions:
    """Where two accounts met: the questions, and the answers of those that have one."""

    def __init__(
        self, vault: Vault, reading: Reading, roster: Roster, queue: Queue, journal: Journal
    ) -> None:
        self.vault = vault
        self.reading = reading
        self.roster = roster
        self.queue = queue
        self.journal = journal

    def ask(
        self,
        session: Session,
        desk: Desk,
        reader: Reader,
        case: bytes,
        worded: Worded,
        now: datetime,
    ) -> bool:
        """Enter a question of ``reader``; False when the case does not exist for ``reader``, or
        there is no vouched key to seal to. Raises TooMany.
        """
        self.reading.cases.hold(session, desk.key)  # one question of a reader at a time is counted
        key = self.key_of(session, desk.key, reader.central_id)
        if key is None or self.reading.open(session, desk, reader, case) is None:
            return False
        slot = self._free_slot(session, reader.central_id, now.date())
        request_id = new_id()
        question = worded.question
        payload = {
            "request": request_id.hex(),
            "key": key.id.hex(),
            "wiki": worded.wiki.dbname,
            "first": question.first,
            "second": question.second,
            "window": int(question.window),
            "closeness": int(question.closeness),
        }
        job = self.queue.put(session, JobKind.INTERACTION, payload, made=now, due=now)
        asked = Asked(request_id, now.date(), reader.central_id, desk.key, case, State.WAITING, job)
        sealed = seal_question(key.recipient, request_id, worded)
        row = InteractionRow(id=request_id, slot=slot, day=asked.day, blob=self._blob(asked))
        row.question = self.vault.seal_bytes(_QUESTION, request_id, sealed)
        session.add(row)
        entry = Entry(desk.key, Act.INTERACTION_ASKED, reader.central_id, asked.day, case.hex())
        self.journal.record(session, entry)
        return True

    def of_case(self, session: Session, reader: Reader, case: bytes) -> list[Asked]:
        """The reader's own questions of a case, youngest day first; whoever calls looks whether
        the case exists for the reader.
        """
        own = (self._asked(row) for row in self._rows(session, reader.central_id))
        found = [one for one in own if _is_of(one, reader, case)]
        return sorted(found, key=lambda one: (one.day, one.id), reverse=True)

    def sealed(
        self, session: Session, reader: Reader, case: bytes, request_id: bytes
    ) -> Sealed | None:
        """The files of one of them; None when it is not the reader's, or not of this case."""
        row = self._own_row(session, reader, case, request_id)
        if row is None:
            return None
        files = [
            None if blob is None else self.vault.open_bytes(column, row.id, blob)
            for column, blob in ((_QUESTION, row.question), (_ANSWER, row.answer))
        ]
        return Sealed(*files)

    def remove(
        self, session: Session, reader: Reader, case: bytes, request_id: bytes, today: date
    ) -> bool:
        """Erase a question with its answer; the wiki is not asked any more. False as above."""
        row = self._own_row(session, reader, case, request_id)
        if row is None:
            return False
        # The queue's row first, as the worker does: each would wait for the other otherwise.
        self.queue.withdraw(session, self._asked(row).job)
        row = self._locked(session, request_id)
        if row is None:
            return False
        asked = self._asked(row)
        if asked.day < today:
            session.delete(row)
        else:
            row.question = row.answer = None
            row.blob = self._blob(replace(asked, case=b"", state=State.REMOVED))
        return True

    def get(self, session: Session, request_id: bytes) -> Asked | None:
        """For the worker: a question, whoever asked it; held until the transaction ends."""
        row = self._locked(session, request_id)
        return None if row is None else self._asked(row)

    def set_state(
        self, session: Session, request_id: bytes, state: State, answer: bytes | None = None
    ) -> None:
        """For the worker: how far it is, with the sealed answer where there is one."""
        row = self._locked(session, request_id)
        if row is None:
            return
        row.blob = self._blob(replace(self._asked(row), state=state))
        if answer is not None:
            row.answer = self.vault.seal_bytes(_ANSWER, request_id, answer)

    def key_of(self, session: Session, desk: str, central_id: int) -> PersonalKey | None:
        """The key that answers are sealed to: that of somebody who reads at the desk now."""
        member = self.roster.member(session, desk, central_id)
        if member is None or member.standing is not Standing.READER:
            return None
        return member.key

    def forget(self, session: Session, today: date) -> None:
        """Erase what has been kept for long enough."""
        old = InteractionRow.day < today - KEPT_FOR
        session.execute(delete(InteractionRow).where(old))

    def _free_slot(self, session: Session, owner: int, today: date) -> bytes:
        """A label for one more row of this reader. Raises TooMany."""
        taken: set[bytes] = set()
        own: list[Asked] = []
        for row in self._rows(session, owner):
            asked = self._asked(row)
            if asked.state is State.REMOVED and asked.day < today:
                session.delete(row)
                continue
            taken.add(row.slot)
            own.append(asked)
        session.flush()
        if sum(one.state in UNDER_WAY for one in own) >= MOST_UNDER_WAY:
            raise TooMany("interactions-error-under-way")
        if sum(one.day == today for one in own) >= MOST_A_DAY:
            raise TooMany("interactions-error-day")
        free = next((slot for slot in self._slots(owner) if slot not in taken), None)
        if free is None:
            raise TooMany("interactions-error-kept")
        return free

    def _slots(self, owner: int) -> list[bytes]:
        number = owner.to_bytes(8, "big")
        return [self.vault.label(_SLOT, number, bytes([at])) for at in range(MOST_KEPT)]

    def _rows(self, session: Session, owner: int) -> Sequence[InteractionRow]:
        slots = self._slots(owner)
        return session.scalars(select(InteractionRow).where(InteractionRow.slot.in_(slots))).all()

    def _own_row(
        self, session: Session, reader: Reader, case: bytes, request_id: bytes
    ) -> InteractionRow | None:
        row = session.get(InteractionRow, request_id)
        return None if row is None or not _is_of(self._asked(row), reader, case) else row

    def _locked(self, session: Session, request_id: bytes) -> InteractionRow | None:
        return session.get(InteractionRow, request_id, with_for_update=True, populate_existing=True)

    def _asked(self, row: InteractionRow) -> Asked:
        value = self.vault.open(InteractionRow.blob, row.id, row.blob)
        return Asked.from_json(row.id, row.day, value)

    def _blob(self, asked: Asked) -> bytes:
        return self.vault.seal(InteractionRow.blob, asked.id, asked.to_json())


def _is_of(asked: Asked, reader: Reader, case: bytes) -> bool:
    """Whether it is the reader's own, of this desk and case, and still there."""
    place = (asked.owner, asked.desk, asked.case)
    return place == (reader.central_id, reader.desk, case) and asked.state is not State.REMOVED
