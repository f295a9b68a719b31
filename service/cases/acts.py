# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a functionary does with a case: change its state, take it, give it back.

None of it touches a report: a case's state must not tell one reporter that another wrote before
(DESIGN 6).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from service.audit.journal import Act, Entry, Journal
from service.cases.head import CaseState, Head
from service.cases.reading import Case, Reading
from service.cases.visible import Reader
from service.desks.desk import Desk


class CaseActs:
    """Acts on cases, each with its entry in the audit."""

    def __init__(self, reading: Reading, journal: Journal) -> None:
        self.reading = reading
        self.cases = reading.cases
        self.journal = journal

    def set_state(
        self,
        session: Session,
        desk: Desk,
        reader: Reader,
        head_id: bytes,
        state: CaseState,
        today: date,
    ) -> bool:
        """Put a case into ``state``. False when it does not exist for ``reader``."""
        version = self.cases.lock(session, desk.key)
        case = self.reading.open(session, desk, reader, head_id)
        if case is None:
            return False
        if case.row.state is not state:
            self._save(session, case, desk, version, state, case.row.assignee)
            self._note(session, reader, Act.STATE_CHANGED, head_id, state.value, today)
        return True

    def assign(
        self,
        session: Session,
        desk: Desk,
        reader: Reader,
        head_id: bytes,
        assignee: int | None,
        today: date,
    ) -> bool:
        """Make somebody (or nobody) responsible. False when it does not exist for ``reader``."""
        version = self.cases.lock(session, desk.key)
        case = self.reading.open(session, desk, reader, head_id)
        if case is None:
            return False
        if case.row.assignee != assignee:
            self._save(session, case, desk, version, case.row.state, assignee)
            reason = "" if assignee is None else str(assignee)
            self._note(session, reader, Act.ASSIGNED, head_id, reason, today)
        return True

    def _save(
        self,
        session: Session,
        case: Case,
        desk: Desk,
        version: int,
        state: CaseState,
        assignee: int | None,
    ) -> None:
        """State and assignee are set together, from what the reader saw: what he did not see must
        not come to light by his own act.
        """
        head = self.cases.heads.get(session, case.row.id)
        assert isinstance(head, Head)  # noqa: S101 - just opened under the desk's lock
        acted = replace(head, state=state, assignee=assignee, acted_at=version)
        self.cases.heads.save(session, desk.key, acted)

    def _note(
        self, session: Session, reader: Reader, act: Act, head_id: bytes, reason: str, today: date
    ) -> None:
        entry = Entry(reader.desk, act, reader.central_id, today, head_id.hex(), reason)
        self.journal.record(session, entry)
