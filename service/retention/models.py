# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows about what is no longer there, and about the nights on which it was erased."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped

from service.database import PASSING_TABLE, TABLE_OPTIONS, Base, label, public, sealed


class ErasureRow(Base):
    """A report that was withdrawn or purged, and must stay gone when a backup is restored."""

    __tablename__ = "erasure"
    __table_args__ = TABLE_OPTIONS

    label: Mapped[bytes] = label("HMAC of the report's random id", primary_key=True)
    day: Mapped[date] = public(
        Date, "number of erasures a day; rows go when no backup is old enough", index=True
    )


class PurgeTotalRow(Base):
    """What was purged at a desk in a month, counted before it went."""

    __tablename__ = "purge_total"
    __table_args__ = TABLE_OPTIONS

    label: Mapped[bytes] = label("HMAC of desk and month", primary_key=True)
    blob: Mapped[bytes] = sealed(256)


class NightRow(Base):
    """How far a desk's nightly work is: any worker goes on where another one stopped."""

    __tablename__ = "night"
    __table_args__ = PASSING_TABLE

    desk: Mapped[str] = public(String(40), "desks are configured in public", primary_key=True)
    purged: Mapped[date | None] = public(Date, "the last day on which all that was over was purged")
    resealed: Mapped[date | None] = public(Date, "the last day on which all heads were sealed anew")
    upto: Mapped[bytes | None] = label("id of the head up to which they are, today")
