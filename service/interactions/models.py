# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of questions that readers asked about two accounts, and of their answers."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date
from sqlalchemy.orm import Mapped

from service.database import TABLE_OPTIONS, Base, label, public, sealed, sealed_file


class InteractionRow(Base):
    """One question of one reader. The names and the answer are sealed to that reader's key."""

    __tablename__ = "interaction"
    __table_args__ = TABLE_OPTIONS

    id: Mapped[bytes] = label("random", 16, primary_key=True)
    slot: Mapped[bytes] = label(
        "HMAC of the reader and a number below twenty: tells neither whose nor how many",
        unique=True,
    )
    day: Mapped[date] = public(Date, "number of questions a day; erased after thirty days")
    blob: Mapped[bytes] = sealed(512)
    """Reader, desk, case, state: see ``service.interactions.record``."""
    question: Mapped[bytes | None] = sealed_file(32_768, nullable=True)
    answer: Mapped[bytes | None] = sealed_file(262_144, nullable=True)
