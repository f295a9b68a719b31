# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far a functionary is on the way to reading at the own desks, and who can help."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.desks.desk import Desk
from service.desks.member import Member, Standing
from service.desks.roster import OPERATOR, Roster


@dataclass(frozen=True)
class OwnStanding:
    """``voucher`` is the name of who vouched; None for the operator, and while nobody has.
    ``vouchers`` are the colleagues who can vouch; without any, the operator does.
    """

    desk: Desk
    member: Member
    voucher: str | None
    vouchers: tuple[Member, ...]

    @property
    def waiting(self) -> bool:
        return self.member.standing is Standing.WAITING

    @property
    def lapsed(self) -> bool:
        return self.member.standing is Standing.LAPSED

    @property
    def reads(self) -> bool:
        return self.member.standing is Standing.READER


def standing(session: Session, roster: Roster, desk: Desk, central_id: int) -> OwnStanding | None:
    """Of one functionary at one desk; None for whoever is not on its roster."""
    members = roster.members(session, desk.key)
    own = next((one for one in members if one.central_id == central_id), None)
    if own is None:
        return None
    return OwnStanding(
        desk,
        own,
        voucher_name(members, own),
        tuple(one for one in members if one.standing is Standing.READER and one is not own),
    )


def standings(
    session: Session, roster: Roster, desks: Iterable[Desk], central_id: int
) -> list[OwnStanding]:
    """The same for several desks."""
    found = (standing(session, roster, desk, central_id) for desk in desks)
    return [one for one in found if one is not None]


def voucher_name(members: Iterable[Member], member: Member) -> str | None:
    """Who vouched for a member's key: a colleague's name, or None for the operator."""
    if member.vouched_by in {None, OPERATOR}:
        return None
    return next((one.name for one in members if one.central_id == member.vouched_by), None)
