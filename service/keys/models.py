# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of personal keys. The secret half is only ever here wrapped (as an age file)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from service.database import TABLE_OPTIONS, Base, label, sealed


class PersonalKeyRow(Base):
    """The one personal key of a person: recipient, day made, ids of it and of those before, and the
    keyring with their identities, sealed to this one.
    """

    __tablename__ = "personal_key"
    __table_args__ = TABLE_OPTIONS

    owner: Mapped[bytes] = label("HMAC of the account under the matching key", primary_key=True)
    blob: Mapped[bytes] = sealed(8192)


class KeyWrapRow(Base):
    """One way to unlock a personal key: by passphrase, recovery code or passkey."""

    __tablename__ = "key_wrap"
    __table_args__ = TABLE_OPTIONS

    id: Mapped[bytes] = label("random", 16, primary_key=True)
    owner: Mapped[bytes] = label("HMAC of the account under the matching key", index=True)
    blob: Mapped[bytes] = sealed(8192)
