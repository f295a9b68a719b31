# SPDX-License-Identifier: AGPL-3.0-or-later
"""Symmetric keys from the environment, newest first: "key1,key2", base64url, 32 bytes each."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

KEY_SIZE: Final = 32
KEY_ID_SIZE: Final = 4
# Generated keys have far more; a key typed by hand, or 32 times one letter, does not pass.
_FEWEST_DISTINCT_BYTES: Final = 12


class BadKeyRing(Exception):
    """The text is no key ring; ``str`` names the position and the reason, never a key."""


@dataclass(frozen=True)
class Key:
    """32 secret bytes, and four public ones that say which key it was."""

    secret: bytes = field(repr=False)
    id: bytes


@dataclass(frozen=True)
class KeyRing:
    """At least one key. New values use the first; the others are only for reading."""

    keys: tuple[Key, ...]

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """Read comma-separated keys, newest first. Raises ``BadKeyRing``."""
        keys = tuple(_key(position, item) for position, item in enumerate(text.split(","), 1))
        if len({key.id for key in keys}) != len(keys):
            raise BadKeyRing("a key stands in the ring twice")
        return cls(keys)

    @property
    def newest(self) -> Key:
        return self.keys[0]

    def __iter__(self) -> Iterator[Key]:
        return iter(self.keys)

    def __len__(self) -> int:
        return len(self.keys)

    def find(self, key_id: bytes) -> Key | None:
        """The key with this id, if the ring still has it."""
        return next((key for key in self.keys if key.id == key_id), None)


def generate_key() -> str:
    """A new key as the environment wants it."""
    return base64.urlsafe_b64encode(os.urandom(KEY_SIZE)).rstrip(b"=").decode("ascii")


def _key(position: int, text: str) -> Key:
    text = text.strip().rstrip("=")
    try:
        # b64decode skips what is not in its alphabet unless told to validate.
        secret = base64.b64decode(
            text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
        )
    except (UnicodeEncodeError, binascii.Error):
        raise BadKeyRing(f"key {position} is not base64url") from None
    if len(secret) != KEY_SIZE:
        raise BadKeyRing(f"key {position} has {len(secret)} bytes, not {KEY_SIZE}")
    if len(set(secret)) < _FEWEST_DISTINCT_BYTES:
        raise BadKeyRing(f"key {position} is not random")
    return Key(secret, hmac.digest(secret, b"community-support key id", "sha256")[:KEY_ID_SIZE])
