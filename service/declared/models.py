# SPDX-License-Identifier: AGPL-3.0-or-later
"""The row of a functionary's other accounts."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from service.database import TABLE_OPTIONS, Base, label, sealed


class DeclaredRow(Base):
    """All that one person declared, in one row of one size: a dump does not show how many."""

    __tablename__ = "declared"
    __table_args__ = TABLE_OPTIONS

    owner: Mapped[bytes] = label("HMAC of the account under the matching key", primary_key=True)
    blob: Mapped[bytes] = sealed(4096)
