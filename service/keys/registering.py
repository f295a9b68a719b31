# SPDX-License-Identifier: AGPL-3.0-or-later
"""Making a key as an act: the key, and the entry in the audit of every desk that it matters to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from service.audit.journal import Act, Entry
from service.domain import Domain
from service.keys.offered import Offered
from service.keys.store import PersonalKey


def register(
    domain: Domain,
    session: Session,
    central_id: int,
    desks: Iterable[str],
    offered: Offered,
    today: date,
) -> PersonalKey:
    """Keep a person's first key, after possession was proved. Raises KeyRefused.

    A functionary's key opens nothing yet: a colleague has to vouch for it.
    """
    key = domain.keys.register(session, central_id, offered.recipient, offered.wraps, today)
    for desk in sorted(desks):
        entry = Entry(desk, Act.KEY_MADE, central_id, today, str(central_id), key.fingerprint)
        domain.journal.record(session, entry)
    return key
