# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rows of the multimap: all of one size, none sharing anything with another of its list."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Mapped

from service.database import TABLE_OPTIONS, Base, sealed
from service.database import label as label_column
from service.matching.tokens import LABEL_SIZE, VERSION_SIZE

VALUE_SIZE: Final = 128
"""Bytes that an entry's value, as compact JSON, is padded to."""


class Entry(Base):
    """One entry of one list. Nothing in a row is shared with another row of its list."""

    __tablename__ = "entry"
    __table_args__ = TABLE_OPTIONS

    label: Mapped[bytes] = label_column(
        "HMAC of a token and an index under the match key", LABEL_SIZE, primary_key=True
    )
    version: Mapped[bytes] = label_column(
        "id of the match key of the label: alike in all rows but during a rotation", VERSION_SIZE
    )
    blob: Mapped[bytes] = sealed(VALUE_SIZE)
