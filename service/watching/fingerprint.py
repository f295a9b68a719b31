# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fingerprint of a roster: who reads at a desk, and with which keys. Pure.

128 bits of SHA-256 over the lines "central id, space, recipient" in the order of their bytes, each
with a line feed. Browsers compute the same (browser/desk/roster-lines.ts).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from service.desks.member import Member


def roster_fingerprint(readers: Iterable[Member]) -> str:
    """Eight groups of four hexadecimal digits, as keys have them."""
    lines = sorted(f"{one.central_id} {one.recipient}\n".encode() for one in readers)
    digits = hashlib.sha256(b"".join(lines)).hexdigest()[:32]
    return " ".join(digits[start : start + 4] for start in range(0, 32, 4))
