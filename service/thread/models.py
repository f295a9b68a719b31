# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of a report's story: all of one size, whatever happened."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from service.database import TABLE_OPTIONS, Base, label, sealed


class EventRow(Base):
    """One thing that happened to a report: opened, its name opened, added to, answered, closed."""

    __tablename__ = "report_event"
    __table_args__ = TABLE_OPTIONS

    label: Mapped[bytes] = label("HMAC of report and number", primary_key=True)
    blob: Mapped[bytes] = sealed(1024)
