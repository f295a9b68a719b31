# SPDX-License-Identifier: AGPL-3.0-or-later
"""The identity gate: opening the name of who reported is an act, with a reason that is kept.

It is policy: a box opens every part of a report. Here the part with the name is handed out, and
nowhere else: lists, previews and opened reports leave it out.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from service.audit.journal import Act, Entry, Journal
from service.cases.one_report import act_on
from service.cases.opening import Sealed
from service.cases.reading import Reading
from service.cases.visible import Reader
from service.desks.desk import Desk
from service.reports.form import FieldError, FilingRefused
from service.thread.story import Event, EventKind, Role

LONGEST_WORDS: Final = 140
"""Characters of the reader's own words for a reason."""

_PART: Final = "identity"


class IdentityReason(enum.StrEnum):
    """Why somebody has to know who reported."""

    DANGER = "danger"
    ACT = "act"
    CONFLICT = "conflict"
    LAW = "law"
    OTHER = "other"


@dataclass(frozen=True)
class Reason:
    """A reason from the list, and in the reader's own words. The reporter reads both."""

    why: IdentityReason
    words: str


def reason_of(why: str, words: str) -> Reason:
    """The reason that was typed. Raises FilingRefused."""
    errors: list[FieldError] = []
    line = " ".join("".join(one if one.isprintable() else " " for one in words).split())
    if why not in set(IdentityReason):
        errors.append(FieldError("why", "desks-identity-error-why"))
    if not line:
        errors.append(FieldError("words", "desks-identity-error-words"))
    if len(line) > LONGEST_WORDS:
        errors.append(FieldError("words", "desks-identity-error-long", {"most": LONGEST_WORDS}))
    if errors:
        raise FilingRefused(errors)
    return Reason(IdentityReason(why), line)


class IdentityGate:
    """Opening who reported."""

    def __init__(self, reading: Reading, journal: Journal) -> None:
        self.reading = reading
        self.reports = reading.reports
        self.journal = journal

    def open(
        self,
        session: Session,
        desk: Desk,
        reader: Reader,
        head_id: bytes,
        report_id: bytes,
        reason: Reason,
        today: date,
    ) -> Sealed | None:
        """The sealed name and the reader's box. The reason is written into the audit, and into the
        report for its reporter, in the transaction that hands it out.

        None when the report does not exist for ``reader``.
        """
        acting = act_on(self.reading, session, desk, reader, head_id, report_id)
        if acting is None:
            return None
        self.reading.note_opened(session, reader, [acting.report], today)
        report = self.reports.get(session, report_id, lock=True)
        assert report is not None  # noqa: S101 - its row is locked
        event = Event(EventKind.NAMED, today, Role.FUNCTIONARY, reason.why.value, reason.words)
        meta = self.reading.story.append(session, report.id, report.meta, event)
        self.reports.save_meta(session, report.id, meta)
        said = f"{reason.why.value}: {reason.words}"
        act = Act.IDENTITY_OPENED
        self.journal.record(
            session, Entry(reader.desk, act, reader.central_id, today, report.id.hex(), said)
        )
        parts = self.reports.parts(session, report, [_PART])
        return Sealed(head_id, acting.listed, acting.box, parts)
