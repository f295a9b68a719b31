# SPDX-License-Identifier: AGPL-3.0-or-later
"""One row an open session."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date
from sqlalchemy.orm import Mapped

from service.database import PASSING_TABLE, Base, label, public, sealed


class SessionRow(Base):
    """An open session, or a sign-in that was begun and not finished."""

    __tablename__ = "session"
    __table_args__ = PASSING_TABLE

    id: Mapped[bytes] = label("HMAC of the random id in the cookie", primary_key=True)
    person: Mapped[bytes] = label(
        "HMAC of the account, or random when nobody is signed in: ends all sessions of a person",
        index=True,
    )
    ends: Mapped[date] = public(Date, "the day after which the row is purged", index=True)
    blob: Mapped[bytes] = sealed(4096)
