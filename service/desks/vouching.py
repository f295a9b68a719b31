# SPDX-License-Identifier: AGPL-3.0-or-later
"""Vouching as an act: on the roster and in the audit, in one transaction."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from service.audit.journal import Act, Entry
from service.desks.desk import MOST_READERS
from service.desks.member import Member, VouchRefused
from service.domain import Domain


def vouch(
    domain: Domain,
    session: Session,
    desk: str,
    by: int,
    central_id: int,
    fingerprint: str,
    today: date,
) -> Member:
    """``by`` compared ``fingerprint`` and stands for it that the key is the colleague's.

    A desk has at most MOST_READERS: with more, no report to it could be sealed any longer. Raises
    VouchRefused.
    """
    domain.cases.hold(session, desk)
    readers = domain.roster.readers(session, desk)
    if len(readers) >= MOST_READERS and central_id not in {one.central_id for one in readers}:
        raise VouchRefused("desks-vouch-error-full")
    member = domain.roster.vouch(session, desk, by, central_id, today, fingerprint)
    domain.journal.record(session, Entry(desk, Act.VOUCHED, by, today, str(central_id)))
    return member
