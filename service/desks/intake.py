# SPDX-License-Identifier: AGPL-3.0-or-later
"""The switch of a desk's intake, which its coordinators have. Without readers it is closed anyway.

A desk is never closed because something waits too long there: whoever may not see what waits would
learn that there is something. Its coordinators are asked, those who may see it, and decide.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from service.audit.journal import Act, Entry, Journal
from service.desks.models import DeskRow
from service.one_line import one_line
from service.refusal import Refusal
from service.rows import Wanted, find

LONGEST_REASON: Final = 200
"""Characters; for the audit only."""


class IntakeRefused(Refusal):
    """Nothing was changed."""


class Intake:
    """The switch that a desk's coordinators have."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    def paused_on(self, session: Session, desk: str) -> date | None:
        """The day on which the desk was closed to new reports; None while it is open."""
        row = find(session, DeskRow, desk)
        paused_on: date | None = None if row is None else row.paused_on
        return paused_on

    def closed(self, desk: str) -> Wanted:
        """The desk's row, if it is closed."""
        return Wanted(DeskRow, (desk,), filled="paused_on", blob=False)

    def pause(self, session: Session, desk: str, by: int, reason: str, today: date) -> None:
        """Take no new reports from now on. Raises IntakeRefused."""
        self._switch(session, desk, Act.INTAKE_CLOSED, by, reason, today)

    def resume(self, session: Session, desk: str, by: int, reason: str, today: date) -> None:
        """Take reports again. Raises IntakeRefused."""
        self._switch(session, desk, Act.INTAKE_OPENED, by, reason, today)

    def _switch(
        self, session: Session, desk: str, act: Act, by: int, reason: str, today: date
    ) -> None:
        reason = one_line(reason)
        if not reason:
            raise IntakeRefused("desks-intake-error-reason")
        if len(reason) > LONGEST_REASON:
            raise IntakeRefused("desks-intake-error-reason-long")
        row = session.get_one(DeskRow, desk, with_for_update=True, populate_existing=True)
        closes = act is Act.INTAKE_CLOSED
        if (row.paused_on is not None) == closes:
            raise IntakeRefused("desks-intake-error-meanwhile")
        row.paused_on = today if closes else None
        self.journal.record(session, Entry(desk, act, by, today, reason=reason))
