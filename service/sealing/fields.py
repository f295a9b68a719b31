# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several byte strings as one, so that no two different rows of fields look the same."""

from __future__ import annotations


def length_prefixed(*fields: bytes) -> bytes:
    """Return each field after its length in four bytes, big endian."""
    return b"".join([len(field).to_bytes(4, "big") + field for field in fields])
