# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of the audit: an entry an act, and the chain that the worker makes of them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped

from service.database import TABLE_OPTIONS, Base, label, public, sealed


class AuditEntryRow(Base):
    """One act, sealed, written in the act's own transaction."""

    __tablename__ = "audit_entry"
    __table_args__ = TABLE_OPTIONS

    id: Mapped[bytes] = label("random", 16, primary_key=True)
    desk: Mapped[str] = public(String(40), "number of acts of a desk", index=True)
    day: Mapped[date] = public(Date, "number of acts a day")
    about: Mapped[bytes | None] = label(
        "HMAC of what the act was on and a number of the row's own, or random; none in rows older "
        "than it",
        index=True,
    )
    chained: Mapped[bytes | None] = label("HMAC of desk and position once chained")
    blob: Mapped[bytes] = sealed(1024)


class AuditLeafRow(Base):
    """One link of a desk's chain. It stays when its entry is erased."""

    __tablename__ = "audit_leaf"
    __table_args__ = TABLE_OPTIONS

    label: Mapped[bytes] = label("HMAC of desk and position", primary_key=True)
    blob: Mapped[bytes] = sealed(512)


class AuditDayRow(Base):
    """Where a desk's chain stood at the end of one day."""

    __tablename__ = "audit_day"
    __table_args__ = TABLE_OPTIONS

    label: Mapped[bytes] = label("HMAC of desk and day", primary_key=True)
    blob: Mapped[bytes] = sealed(128)
