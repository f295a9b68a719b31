# SPDX-License-Identifier: AGPL-3.0-or-later
"""The newest list of wikis: public data of Meta's."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped

from service.database import TABLE_OPTIONS, Base, Bytes, public


class WikiListRow(Base):
    """One row. In the database and no file, because web and workers may run on several machines
    that share nothing else.
    """

    __tablename__ = "wiki_list"
    __table_args__ = TABLE_OPTIONS

    name: Mapped[str] = public(String(16), "a constant of the program", primary_key=True)
    fetched: Mapped[int] = public(BigInteger, "seconds; when Meta was asked")
    wikis: Mapped[bytes] = public(Bytes(1 << 20), "Meta publishes it")
