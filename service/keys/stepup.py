# SPDX-License-Identifier: AGPL-3.0-or-later
"""Step-up: whoever is signed in shows once more, now, to hold the own key.

A session is a wiki account and a browser; some acts want the key as well (opening a name, handing
something out, changing keys or the roster). The server seals a nonce to the registered key
(``service.keys.proof``), the browser opens and returns it, and for some minutes the session is
stepped up: this session only, and for this key only. Views say that they want it with
``service.web.stepped_up``.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from service.ids import to_bytes, to_text
from service.keys.proof import Challenged, require_proof
from service.keys.store import PersonalKey

LASTS: Final = timedelta(minutes=10)

CHALLENGED: Final = "step_up_challenge"
"""Key in the session under which the challenge waits for its one answer."""
STEPPED_UP: Final = "stepped_up"
"""Key in the session under which the outcome is kept."""


@dataclass(frozen=True)
class SteppedUp:
    """What the session keeps: for which key possession was proved, and until when that counts."""

    key: bytes
    until: datetime

    def covers(self, key: PersonalKey, now: datetime) -> bool:
        """Whether the holder of just this key was here, not long ago."""
        return now < self.until and hmac.compare_digest(self.key, key.id)

    def to_json(self) -> dict[str, Any]:
        return {"key": to_text(self.key), "until": self.until.isoformat()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> SteppedUp:
        """The inverse of ``to_json``."""
        return cls(to_bytes(value["key"]), datetime.fromisoformat(value["until"]))


def step_up(
    kept: Challenged | None, name: str, key: PersonalKey, nonce: bytes, now: datetime
) -> SteppedUp:
    """The outcome of an answer to ``kept``, which the session gave up for it. Raises KeyRefused."""
    require_proof(kept, name, key.recipient, nonce, now)
    return proved(key, now)


def proved(key: PersonalKey, now: datetime) -> SteppedUp:
    """For whoever has just proved to hold ``key`` in another act."""
    return SteppedUp(key.id, now + LASTS)
