# SPDX-License-Identifier: AGPL-3.0-or-later
"""Handing sealed things to a functionary's browser: boxes and parts, and the note that they went.

The part with the reporter's identity is never among them (the identity gate, DESIGN 6).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from service.cases.reading import Case, CaseReport, Reading
from service.cases.visible import Reader
from service.desks.desk import Desk
from service.thread.story import Entry, thread_of

PREVIEWS_AT_ONCE: Final = 50
REPORTS_AT_ONCE: Final = 20
"""What one answer holds: a browser opens some 150 boxes a second, and shows what it has."""

_ACCOUNTS: Final = "accounts"
_WITHHELD: Final = frozenset({"identity"})


@dataclass(frozen=True)
class Sealed:
    """A report of a case with the reader's box and sealed parts by name."""

    case: bytes
    report: CaseReport
    box: bytes
    parts: dict[str, bytes]
    thread: tuple[Entry, ...] = ()
    """What was added and answered, in order."""


class Opening:
    """What a browser needs to open reports."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.reports = reading.reports
        self.cases = reading.cases

    def previews(
        self, session: Session, desk: Desk, reader: Reader, ids: Iterable[bytes]
    ) -> list[Sealed]:
        """For each case that exists for ``reader``: one report's accounts, to show the name.

        This is no opening of the report: its words stay with the server. Cases of which the
        reader has no box yet are left out.
        """
        found: list[Sealed] = []
        for head_id in list(dict.fromkeys(ids))[:PREVIEWS_AT_ONCE]:
            case = self.reading.open(session, desk, reader, head_id)
            newest = None if case is None else _newest_with_box(case)
            if newest is None or newest.box is None:
                continue
            parts = self.reports.parts(session, newest.report, [_ACCOUNTS])
            found.append(Sealed(head_id, newest, newest.box, parts))
        return found

    def open(
        self,
        session: Session,
        desk: Desk,
        reader: Reader,
        head_id: bytes,
        wanted: Collection[bytes],
        today: date,
    ) -> list[Sealed] | None:
        """The wanted reports of a case; None when it does not exist for ``reader``.

        Reports that are not in the case for this reader are left out, as absent ones are. The
        first opening of each is written down in this transaction.
        """
        # Nobody is recused, and nothing folded, between looking and handing out.
        self.cases.hold(session, desk.key)
        case = self.reading.open(session, desk, reader, head_id)
        if case is None:
            return None
        chosen = [
            Sealed(head_id, one, one.box, self._readable(session, one), self._thread(session, one))
            for one in case.reports
            if one.report.id in wanted and one.box is not None
        ][:REPORTS_AT_ONCE]
        opened = [one.report.report for one in chosen]
        self.reading.note_opened(session, reader, opened, today)
        return chosen

    def _readable(self, session: Session, one: CaseReport) -> dict[str, bytes]:
        names = [name for name in one.report.meta.parts if name not in _WITHHELD]
        return self.reports.parts(session, one.report, names)

    def _thread(self, session: Session, one: CaseReport) -> tuple[Entry, ...]:
        return tuple(thread_of(self.reading.story.of(session, one.report)))


def _newest_with_box(case: Case) -> CaseReport | None:
    return next((one for one in reversed(case.reports) if one.box is not None), None)
