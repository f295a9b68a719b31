# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ids: 16 random bytes in the database, base64url without padding (22 characters) in addresses."""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import Final

SIZE: Final = 16


class BadId(ValueError):
    """A text that is not the address form of an id. Views answer as for an absent object."""


def new_id() -> bytes:
    """A fresh random id."""
    return secrets.token_bytes(SIZE)


def to_text(value: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def to_bytes(text: str, size: int | None = SIZE) -> bytes:
    """The inverse of ``to_text``; ``size`` None takes any length. Raises BadId."""
    try:
        value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadId from None
    # One text for one value: trailing bits that decode to nothing would make a second address.
    if (size is not None and len(value) != size) or to_text(value) != text:
        raise BadId
    return value
