# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of cases: one head a case. Which reports belong to it stands in the multimap."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped

from service.database import TABLE_OPTIONS, Base, label, public, sealed


class CaseHeadRow(Base):
    """What a desk's list shows of one case."""

    __tablename__ = "case_head"
    __table_args__ = TABLE_OPTIONS

    id: Mapped[bytes] = label("HMAC of the case's token", primary_key=True)
    desk: Mapped[str] = public(String(40), "number of cases of a desk", index=True)
    blob: Mapped[bytes] = sealed(2048)
