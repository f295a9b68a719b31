# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk offers to somebody who wants to report: who reads, and whether it takes reports."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.desks.desk import FEWEST_READERS, Desk
from service.desks.intake import Intake
from service.desks.member import Member
from service.desks.roster import Roster


class Closed(enum.StrEnum):
    """Why a desk takes no reports now."""

    UNSTAFFED = "unstaffed"
    """desks.toml says so."""
    PAUSED = "paused"
    """Its coordinators said so (``service.desks.intake``)."""
    READERS = "readers"
    """Fewer than two people could open what is filed (DESIGN 6)."""


@dataclass(frozen=True)
class Offer:
    """A desk as the choice of desks shows it; ``readers`` by name."""

    desk: Desk
    readers: tuple[Member, ...]
    closed: Closed | None


def offer_of(session: Session, roster: Roster, intake: Intake, desk: Desk) -> Offer:
    """How things stand at ``desk`` now."""
    readers = tuple(roster.readers(session, desk.key))
    if not desk.staffed:
        return Offer(desk, readers, Closed.UNSTAFFED)
    if intake.paused_on(session, desk.key) is not None:
        return Offer(desk, readers, Closed.PAUSED)
    return Offer(desk, readers, Closed.READERS if len(readers) < FEWEST_READERS else None)
