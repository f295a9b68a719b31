# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of the quota: on which days somebody filed. Whose row it is stands nowhere."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from service.database import PASSING_TABLE, Base, label, sealed


class QuotaRow(Base):
    """The days of one person's latest reports, wherever they went."""

    __tablename__ = "quota"
    __table_args__ = PASSING_TABLE

    label: Mapped[bytes] = label("HMAC of a person", primary_key=True)
    blob: Mapped[bytes] = sealed(512)
