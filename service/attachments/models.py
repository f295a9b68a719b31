# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of attachments. All chunks have one size, and nothing in the clear joins them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date
from sqlalchemy.orm import Mapped

from service.attachments.sizes import CHUNK
from service.database import TABLE_OPTIONS, Base, label, public, sealed


class AttachmentChunkRow(Base):
    """A chunk of a sealed file, under a label made of report, file and place."""

    __tablename__ = "attachment_chunk"
    __table_args__ = TABLE_OPTIONS

    label: Mapped[bytes] = label("HMAC of report, file and place", primary_key=True)
    blob: Mapped[bytes] = sealed(CHUNK)


class AttachmentUploadRow(Base):
    """What a person uploaded for forms that are not filed yet; gone with the filing.

    Backups have it: a restored one would otherwise keep chunks that nothing ever erases.
    """

    __tablename__ = "attachment_upload"
    __table_args__ = TABLE_OPTIONS

    label: Mapped[bytes] = label("HMAC of the account", primary_key=True)
    day: Mapped[date] = public(
        Date, "how many people were attaching files on a day; gone after another", index=True
    )
    blob: Mapped[bytes] = sealed(2048)
