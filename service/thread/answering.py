# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a functionary writes to one reporter: an answer, or the line with which a report is closed.

Either is sealed in the functionary's browser to the report's recipient, and of one size: the
server stores which it was, never what it says. Both are acts on the report itself.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from service.audit.journal import Act, Entry, Journal
from service.cases.one_report import Acting, act_on
from service.cases.reading import Reading
from service.cases.visible import Reader
from service.desks.desk import Desk
from service.matching.tokens import Kind
from service.reports.form import FieldError, FilingRefused
from service.reports.record import Stage
from service.sealing.header import NotAnAgeFile
from service.sealing.parts import PART_STEP
from service.sealing.posted import require_part_of
from service.thread.reaching import Reach, reach_of
from service.thread.story import Event, EventKind, Role

LONGEST_MESSAGE: Final = 16 * 1024
"""Bytes of UTF-8. The browser counts; here only the sealed size can be checked."""

LONGEST_LINE: Final = 300
"""Characters of the line with which a report is closed; the browser counts."""

MESSAGE_SIZE: Final = 5 * PART_STEP
"""Bytes of every message when it is framed and padded (``browser/desk/answering.ts``)."""

MOST_MESSAGES: Final = 100
"""To one report."""

_REFUSED: Final = {Reach.NO_BOX: "thread-error-no-box", Reach.UNWANTED: "thread-error-unwanted"}


class Writing(enum.StrEnum):
    """What is written."""

    ANSWER = "answer"
    CLOSING = "closing"


@dataclass(frozen=True)
class Message:
    """A posted message: the part ``message-<number>``. ``form`` is the id of the form."""

    form: bytes
    writing: Writing
    number: int
    file: bytes


class Answering:
    """Writing to the reporter of one report."""

    def __init__(self, reading: Reading, journal: Journal) -> None:
        self.reading = reading
        self.reports = reading.reports
        self.story = reading.story
        self.journal = journal

    def write(
        self,
        session: Session,
        desk: Desk,
        reader: Reader,
        head_id: bytes,
        report_id: bytes,
        message: Message,
        today: date,
    ) -> bool:
        """Keep a message and change the report's stage; the same form posted twice is one message.

        False when the report does not exist for ``reader``. Raises FilingRefused.
        """
        acting = act_on(self.reading, session, desk, reader, head_id, report_id)
        if acting is None:
            return False
        if any(one.form == message.form for one in self.story.of(session, acting.report)):
            return True
        errors = self._check(acting, message)
        if errors:
            raise FilingRefused(errors)
        self._write(session, reader, acting, message, today)
        return True

    def _check(self, acting: Acting, message: Message) -> list[FieldError]:
        meta = acting.report.meta
        if message.writing is Writing.ANSWER:
            key = _REFUSED.get(reach_of(self.reading.vault.match_keys, meta))
            if key is not None:
                return [FieldError("form", key)]
        if message.writing is Writing.CLOSING and meta.stage is Stage.CLOSED:
            return [FieldError("form", "thread-error-closed")]
        if message.number != meta.messages:
            return [FieldError("form", "thread-error-answered-meanwhile")]
        if meta.messages >= MOST_MESSAGES:
            return [FieldError("form", "thread-error-messages-many", {"most": MOST_MESSAGES})]
        try:
            require_part_of(message.file, MESSAGE_SIZE)
        except NotAnAgeFile:
            return [FieldError("form", "reports-error-sealed")]
        return []

    def _write(
        self, session: Session, reader: Reader, acting: Acting, message: Message, today: date
    ) -> None:
        report, meta = acting.report, acting.report.meta
        match message.writing:
            case Writing.ANSWER:
                stage, kind, act = Stage.ANSWERED, EventKind.ANSWERED, Act.ANSWERED
            case Writing.CLOSING:
                stage, kind, act = Stage.CLOSED, EventKind.CLOSED, Act.REPORT_CLOSED
        self.reports.put_part(session, report.id, f"message-{meta.messages}", message.file)
        meta = replace(meta, messages=meta.messages + 1, stage=stage)
        event = Event(kind, today, Role.FUNCTIONARY, form=message.form)
        meta = self.story.append(session, report.id, replace(meta, acted_on=today), event)
        self.reports.save_meta(session, report.id, meta)
        # It is kept for a whole term from here, and its cases say so.
        self.reading.cases.refresh(session, report.desk, sorted(meta.tokens(Kind.ACCOUNT)))
        self.journal.record(
            session, Entry(reader.desk, act, reader.central_id, today, report.id.hex())
        )
