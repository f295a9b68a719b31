# SPDX-License-Identifier: AGPL-3.0-or-later
"""By what the bot knows its own notice again, and nobody else anything.

HMAC(kind, recipient, batch day): no row of the database can be joined on it without the key,
and two notices never share one.
"""

import hashlib
import hmac
import re
from datetime import date

MARKER = re.compile(r"[0-9a-f]{32}")
"""128 bits: guessing one would let a stranger pretend that a notice was posted."""


def marker(key: bytes, kind: str, recipient: int, batch_day: date) -> str:
    """32 hexadecimal digits. `recipient` is the central id; `key` at least 32 bytes."""
    if len(key) < 32:
        raise ValueError("the marker key is too short")
    fields = (kind.encode(), str(recipient).encode(), batch_day.isoformat().encode())
    message = b"".join(len(field).to_bytes(4, "big") + field for field in fields)
    return hmac.digest(key, message, hashlib.sha256).hex()[:32]


def comment(mark: str) -> str:
    """The marker as it stands in the wikitext, invisible to readers."""
    if not MARKER.fullmatch(mark):
        raise ValueError("not a marker")
    return f"<!-- community-support:{mark} -->"
