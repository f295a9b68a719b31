# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person's key as the server knows it: its public half, and what became of those before it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import date

from service.vault import Json


@dataclass(frozen=True)
class PersonalKey:
    """The public half of a person's key, and of those before it."""

    id: bytes
    recipient: str
    made: date
    first: bytes
    """Id of the first key that the person ever had: boxes without a mark are sealed to it."""
    kept: tuple[bytes, ...] = ()
    """Ids of earlier keys whose identities are in the keyring: what is sealed to them opens."""
    keyring: bytes | None = None
    """An age file, sealed to this key, that holds those identities."""

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.recipient)

    @property
    def opening(self) -> tuple[bytes, ...]:
        """Ids of all keys that the person can open with: this one, then those in the keyring."""
        return (self.id, *self.kept)

    def to_json(self) -> Json:
        return {
            "id": _text(self.id),
            "recipient": self.recipient,
            "made": self.made.isoformat(),
            "first": _text(self.first),
            "kept": [_text(one) for one in self.kept],
            "keyring": None if self.keyring is None else _text(self.keyring),
        }

    @classmethod
    def from_json(cls, value: Json) -> PersonalKey:
        """The inverse of ``to_json``."""
        key_id, keyring = value["id"], value.get("keyring")
        return cls(
            base64.b64decode(key_id),
            value["recipient"],
            date.fromisoformat(value["made"]),
            base64.b64decode(value.get("first", key_id)),
            tuple(base64.b64decode(one) for one in value.get("kept", [])),
            None if keyring is None else base64.b64decode(keyring),
        )


def fingerprint(recipient: str) -> str:
    """128 bits of SHA-256 of the recipient, as eight groups of four hexadecimal digits."""
    digits = hashlib.sha256(recipient.encode("ascii")).hexdigest()[:32]
    return " ".join(digits[start : start + 4] for start in range(0, 32, 4))


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
