# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of reports. Nothing in the clear joins a part or a box to its report, or to a person."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped

from service.database import TABLE_OPTIONS, Base, label, public, sealed, sealed_file

LARGEST_PART: Final = 1 << 20
"""Bytes of a sealed part. A narrative of 64 KiB in its frame needs less than a tenth of it."""

LARGEST_BOX: Final = 4096
"""Bytes of a sealed box; one has about 1,900: a small frame and one post-quantum stanza."""


class ReportRow(Base):
    """A report: for which desk, since which day, to which recipient its parts are sealed."""

    __tablename__ = "report"
    __table_args__ = TABLE_OPTIONS

    id: Mapped[bytes] = label("random", 16, primary_key=True)
    desk: Mapped[str] = public(String(40), "number of reports of a desk (DESIGN 5)", index=True)
    day: Mapped[date] = public(Date, "number of reports a day (DESIGN 5)")
    recipient: Mapped[str] = public(
        String(2000, collation=None), "public half of a key pair made for this one report"
    )
    meta: Mapped[bytes] = sealed(12_288)


class PartRow(Base):
    """A part: an age file sealed to the report's recipient, under a label made of both names."""

    __tablename__ = "part"
    __table_args__ = TABLE_OPTIONS

    label: Mapped[bytes] = label("HMAC of report and part", primary_key=True)
    blob: Mapped[bytes] = sealed_file(LARGEST_PART)


class BoxRow(Base):
    """A box: the report's identity sealed to one reader, under a label made of both."""

    __tablename__ = "box"
    __table_args__ = TABLE_OPTIONS

    key: Mapped[bytes | None] = label("HMAC of the box and the key it is sealed to", nullable=True)
    """Which of the reader's keys that is; None in rows from before readers could have two."""
    label: Mapped[bytes] = label("HMAC of report and reader", primary_key=True)
    blob: Mapped[bytes] = sealed_file(LARGEST_BOX)
