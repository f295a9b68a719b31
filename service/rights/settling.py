# SPDX-License-Identifier: AGPL-3.0-or-later
"""What follows from the wiki's answer: rosters are brought up to date, and lost rights end at once.

Whoever lost a right gets no box any more, and reads nothing. The row on the roster stays, with key
and vouch: they say whose the key is, which a right does not change. It counts again when the wiki
tells the right again.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from oauth.account import GlobalAccount
from service.audit.journal import NOBODY, Act, Entry
from service.database import Database
from service.desks.arriving import confirm_rights
from service.desks.desk import Desk
from service.desks.member import Member
from service.desks.membership import desks_of
from service.domain import Domain

_ASK_AFTER: Final = timedelta(hours=18)
_SPREAD: Final = timedelta(hours=4)
_WRITTEN_LATER: Final = timedelta(hours=12)
"""An answer that moves the next question by less is not worth a write."""


@dataclass(frozen=True)
class Told:
    """What the wiki said: the name of today, and the desks whose functionary the account is."""

    central_id: int
    name: str
    desks: frozenset[str]
    refused: bool = False
    """Locked, or not shown: such an account may do nothing here."""


def told_by(
    account: GlobalAccount | None, central_id: int, name: str, desks: Iterable[Desk], today: date
) -> Told:
    """The answer about the account with that id, which was called ``name`` when it was asked."""
    if account is None or account.hidden or account.locked:
        return Told(central_id, name, frozenset(), refused=True)
    return Told(central_id, account.name, desks_of(account, desks, today))


def settle(
    database: Database, domain: Domain, desks: Iterable[Desk], told: Told, now: datetime
) -> bool:
    """Bring the rosters of ``desks`` in line with what the wiki said. Whether a right is gone that
    was there (``loses``).
    """
    lost = False
    for desk in sorted(one.key for one in desks):
        if desk in told.desks:
            _confirm(database, domain, desk, told, now)
        else:
            lost = _lapse(database, domain, desk, told.central_id, now.date()) or lost
    return lost


def loses(database: Database, domain: Domain, desks: Iterable[Desk], told: Told) -> bool:
    """Whether ``settle`` will take a right away. Callers end the person's sessions first: one who
    is stopped in between has noted nothing, and asks again.
    """
    others = [desk.key for desk in desks if desk.key not in told.desks]
    members = (_member(database, domain, desk, told.central_id) for desk in others)
    return any(one is not None and one.lost_on is None for one in members)


def next_question(now: datetime, chance: random.Random | None = None) -> datetime:
    """When the worker asks again: at another time of the day for everybody, within the day."""
    return now + _ASK_AFTER + (chance or random.SystemRandom()).random() * _SPREAD


def _confirm(database: Database, domain: Domain, desk: str, told: Told, now: datetime) -> None:
    before = _member(database, domain, desk, told.central_id)
    confirm_rights(database, domain, told.central_id, told.name, [desk], now.date())
    back = before is not None and before.lost_on is not None
    if not back and before is not None and _is_far(before.ask_after, now):
        return
    with database.write() as session:
        domain.cases.hold(session, desk)
        member = domain.roster.member(session, desk, told.central_id)
        if member is None:
            return
        domain.roster.ask_again(session, member, next_question(now))
        if back:
            entry = Entry(desk, Act.RIGHT_BACK, NOBODY, now.date(), str(told.central_id))
            domain.journal.record(session, entry)


def _lapse(database: Database, domain: Domain, desk: str, central_id: int, today: date) -> bool:
    known = _member(database, domain, desk, central_id)
    if known is None or known.lost_on is not None:
        return False
    with database.write() as session:
        domain.cases.lock(session, desk)
        member = domain.roster.member(session, desk, central_id)
        if member is None or member.lost_on is not None:
            return False
        domain.roster.lapse(session, member, today)
        entry = Entry(desk, Act.RIGHT_LOST, NOBODY, today, str(central_id))
        domain.journal.record(session, entry)
    return True


def _member(database: Database, domain: Domain, desk: str, central_id: int) -> Member | None:
    with database.read() as session:
        return domain.roster.member(session, desk, central_id)


def _is_far(ask_after: datetime | None, now: datetime) -> bool:
    return ask_after is not None and ask_after - now > _WRITTEN_LATER
