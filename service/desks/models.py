# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of a desk: its roster, and the row that whoever changes its cases locks."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Date, String
from sqlalchemy.orm import Mapped

from service.database import TABLE_OPTIONS, Base, label, public, sealed


class RosterRow(Base):
    """A functionary of a desk who signed in at least once."""

    __tablename__ = "roster"
    __table_args__ = TABLE_OPTIONS

    label: Mapped[bytes] = label("HMAC of desk and account", primary_key=True)
    desk: Mapped[str] = public(
        String(40), "how many read at a desk is shown in the form", index=True
    )
    blob: Mapped[bytes] = sealed(1024)


class DeskRow(Base):
    """One row a desk: locked while its cases change, counted up whenever they did."""

    __tablename__ = "desk"
    __table_args__ = TABLE_OPTIONS

    key: Mapped[str] = public(String(40), "desks are configured in public", primary_key=True)
    version: Mapped[int] = public(
        BigInteger, "number of foldings and acts; what they were about is sealed", default=0
    )
    paused_on: Mapped[date | None] = public(
        Date, "desks say in public whether they take reports", nullable=True
    )
    chain: Mapped[bytes | None] = sealed(256, nullable=True)
    """Length and head of the desk's audit chain."""
