# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of the queue: what the worker has to do, and until when a worker has taken it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped

from service.database import TABLE_OPTIONS, Base, label, public, sealed


class JobRow(Base):
    """One thing to do. It is erased in the transaction that writes what came of it."""

    __tablename__ = "job"
    __table_args__ = TABLE_OPTIONS

    id: Mapped[bytes] = label("random", 16, primary_key=True)
    kind: Mapped[str] = public(String(16), "workers claim by kind; gone with the row")
    due: Mapped[int] = public(
        BigInteger, "seconds; the queue needs it, and it goes with the row", index=True
    )
    made: Mapped[int] = public(
        BigInteger, "seconds; rows are erased after seven days at most (DESIGN 5)"
    )
    lease_until: Mapped[int] = public(BigInteger, "seconds; 0 while nobody works at it", default=0)
    lease: Mapped[bytes | None] = label("random, made by the worker that took it", 16)
    attempts: Mapped[int] = public(Integer, "how often a wiki did not answer", default=0)
    payload: Mapped[bytes] = sealed(32_768)


class TurnRow(Base):
    """When something that must keep a distance in time may happen next, over all workers."""

    __tablename__ = "turn"
    __table_args__ = TABLE_OPTIONS

    name: Mapped[str] = public(
        String(16), "a constant, or the HMAC of a wiki while it is asked", primary_key=True
    )
    free_at: Mapped[int] = public(BigInteger, "seconds; when the next may begin")
