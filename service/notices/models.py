# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of reminders: who subscribed, and what was posted (while it can be taken back)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Date
from sqlalchemy.orm import Mapped

from service.database import TABLE_OPTIONS, Base, label, public, sealed


class SubscriptionRow(Base):
    """A subscription to reminders. Anybody may have one, with or without a report."""

    __tablename__ = "subscription"
    __table_args__ = TABLE_OPTIONS

    person: Mapped[bytes] = label("HMAC of the account under the matching key", primary_key=True)
    due: Mapped[int] = public(
        BigInteger,
        "seconds; when the next slot of a timetable drawn at random comes",
        index=True,
    )
    blob: Mapped[bytes] = sealed(1024)


class PostedRow(Base):
    """A reminder that was posted: wiki and revision, with which an operator could take it back."""

    __tablename__ = "posted_notice"
    __table_args__ = TABLE_OPTIONS

    marker: Mapped[bytes] = label("HMAC of kind, recipient and day", primary_key=True)
    day: Mapped[date] = public(Date, "what the bot posted on a day can be read on the wiki")
    blob: Mapped[bytes] = sealed(512)
