# SPDX-License-Identifier: AGPL-3.0-or-later
"""A functionary arrives: the wiki confirmed the rights, so the roster is brought up to date.

Whoever is new on a desk's roster, or has a new name, is recused from every report that names the
account, in the same transaction and before anything is served. Reports that are folded later
look at the roster themselves; both hold the desk's row, so none falls between.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from service.database import Database
from service.domain import Domain


def confirm_rights(
    database: Database,
    domain: Domain,
    central_id: int,
    name: str,
    desks: Iterable[str],
    today: date,
) -> None:
    """Note at each of ``desks`` (keys) that this account is a functionary there today."""
    for desk in sorted(desks):
        with database.read() as session:
            known = domain.roster.member(session, desk, central_id)
        if known is not None and known.name == name and known.lost_on is None:
            continue
        with database.write() as session:
            domain.cases.lock(session, desk)
            member, new = domain.roster.confirm(session, desk, central_id, name, today)
            if new:
                session.flush()
                domain.folding.recuse(session, member)
