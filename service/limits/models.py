# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of the counters, shared by all processes. No address is kept, no account's name or id."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Integer
from sqlalchemy.orm import Mapped

from service.database import PASSING_TABLE, Base, label, public


class CountRow(Base):
    """How often somebody did something within one window of time."""

    __tablename__ = "limit_count"
    __table_args__ = PASSING_TABLE

    label: Mapped[bytes] = label(
        "HMAC of act, account and window: rows of one account cannot be told", primary_key=True
    )
    day: Mapped[date] = public(Date, "when the row may go; gone after another day", index=True)
    count: Mapped[int] = public(Integer, "how often somebody did something within an hour")
