# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proof of possession: the server seals a nonce to a key, and only its holder can say what it is.

The nonce waits in the person's session, for one answer and a few minutes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from service.ids import new_id, to_bytes, to_text
from service.keys.wrapping import KeyRefused
from service.sealing import age

ANSWER_WITHIN: Final = timedelta(minutes=10)
NONCE_SIZE: Final = 32


@dataclass(frozen=True)
class Challenge:
    """A nonce, and the same sealed to the key whose possession is to be proved."""

    nonce: bytes
    sealed: bytes


def challenge(recipient: str) -> Challenge:
    """A fresh challenge for the holder of ``recipient``. Raises KeyRefused for a bad recipient."""
    nonce = secrets.token_bytes(NONCE_SIZE)
    try:
        return Challenge(nonce, age.seal(nonce, [recipient]))
    except age.InvalidRecipient:
        raise KeyRefused("keys-error-recipient") from None


def proves(challenged: bytes, answer: bytes) -> bool:
    """Whether ``answer`` is the nonce, compared in constant time."""
    return hmac.compare_digest(challenged, answer)


@dataclass(frozen=True)
class Challenged:
    """What the session keeps. ``name`` tells one challenge from another; it is no secret."""

    name: str
    recipient_hash: bytes
    nonce: bytes
    until: datetime

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "recipient": to_text(self.recipient_hash),
            "nonce": to_text(self.nonce),
            "until": self.until.isoformat(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Challenged:
        """The inverse of ``to_json``."""
        return cls(
            name=value["name"],
            recipient_hash=to_bytes(value["recipient"], None),
            nonce=to_bytes(value["nonce"], None),
            until=datetime.fromisoformat(value["until"]),
        )


def begin(recipient: str, now: datetime) -> tuple[Challenged, bytes]:
    """A challenge for the session, and the sealed nonce for the browser. Raises KeyRefused."""
    made = challenge(recipient)
    kept = Challenged(to_text(new_id()), _hash(recipient), made.nonce, now + ANSWER_WITHIN)
    return kept, made.sealed


def require_proof(
    kept: Challenged | None, name: str, recipient: str, nonce: bytes, now: datetime
) -> None:
    """Raises KeyRefused unless ``nonce`` answers this very challenge for ``recipient`` in time."""
    if (
        kept is None
        or kept.name != name
        or now >= kept.until
        or not hmac.compare_digest(kept.recipient_hash, _hash(recipient))
        or not proves(kept.nonce, nonce)
    ):
        raise KeyRefused("keys-error-proof")


def _hash(recipient: str) -> bytes:
    """The session has no room for a recipient of 2,000 characters."""
    return hashlib.sha256(recipient.encode()).digest()
