# SPDX-License-Identifier: AGPL-3.0-or-later
"""The envelope of every secret column: AES-256-GCM under a key from the environment.

A blob is bound to its place: the associated data is (format, table, row id, column), each
length-prefixed, so whoever can write to the database cannot move a value to another row. All
blobs of a column have one size, so lengths tell nothing.

    version (1) ‖ key id (4) ‖ nonce (12) ‖ AES-256-GCM( length (4) ‖ plaintext ‖ zeros ) ‖ tag (16)

Nonces are random: with 2^32 values under one key the chance that two meet is 2^-33 (NIST
SP 800-38D, 8.3), and operators put a new key into the ring long before.
"""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.sealing.fields import length_prefixed
from service.sealing.keyring import KEY_ID_SIZE, BadKeyRing, Key, KeyRing

__all__ = ["OVERHEAD", "AtRest", "AtRestError", "BadKeyRing", "KeyRing"]

_VERSION: Final = b"\x01"
_LENGTH_SIZE: Final = 4
_NONCE_SIZE: Final = 12
_TAG_SIZE: Final = 16
KEY_ID_AT: Final = len(_VERSION)
"""Where in a blob the id of its key begins."""

_NONCE_AT: Final = KEY_ID_AT + KEY_ID_SIZE
_SEALED_AT: Final = _NONCE_AT + _NONCE_SIZE

OVERHEAD: Final = _SEALED_AT + _LENGTH_SIZE + _TAG_SIZE
"""Bytes that a blob is longer than the ``size`` it was padded to."""


class AtRestError(Exception):
    """A value cannot be sealed or opened; ``str`` says why, never what or where."""


class TooLarge(AtRestError):
    """The value does not fit the column's size."""


class UnknownKey(AtRestError):
    """The ring has no key with the blob's key id: the key was dropped too early."""


class Unopenable(AtRestError):
    """Not a blob, changed since it was sealed, or sealed for another row, column or table."""


class AtRest:
    """Seals and opens column values with a key ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def seal(self, table: str, row_id: bytes, column: str, plaintext: bytes, size: int) -> bytes:
        """Return a blob of ``size + OVERHEAD`` bytes under the newest key. Raises ``TooLarge``."""
        if len(plaintext) > size:
            raise TooLarge(f"{len(plaintext)} bytes do not fit a column of {size}")
        padded = len(plaintext).to_bytes(_LENGTH_SIZE, "big") + plaintext.ljust(size, b"\0")
        nonce = os.urandom(_NONCE_SIZE)
        key = self._ring.newest
        sealed = AESGCM(key.secret).encrypt(nonce, padded, _place(table, row_id, column))
        return _VERSION + key.id + nonce + sealed

    def open(self, table: str, row_id: bytes, column: str, blob: bytes) -> bytes:
        """Return what was sealed for just this place. Raises ``UnknownKey``, ``Unopenable``."""
        key = self._key_of(blob)
        nonce, sealed = blob[_NONCE_AT:_SEALED_AT], blob[_SEALED_AT:]
        try:
            padded = AESGCM(key.secret).decrypt(nonce, sealed, _place(table, row_id, column))
        except InvalidTag:
            raise Unopenable("changed, or sealed for another place") from None
        length = int.from_bytes(padded[:_LENGTH_SIZE], "big")
        return padded[_LENGTH_SIZE : _LENGTH_SIZE + length]

    @property
    def newest_id(self) -> bytes:
        """The id of the key under which new blobs are."""
        return self._ring.newest.id

    def renew(self, table: str, row_id: bytes, column: str, blob: bytes) -> bytes:
        """The same content, of the same size, under the newest key. Raises as ``open`` does."""
        plaintext = self.open(table, row_id, column, blob)
        return self.seal(table, row_id, column, plaintext, len(blob) - OVERHEAD)

    def needs_rotation(self, blob: bytes) -> bool:
        """Whether the blob is under an older key. Raises ``UnknownKey``, ``Unopenable``."""
        return self._key_of(blob).id != self._ring.newest.id

    def _key_of(self, blob: bytes) -> Key:
        if len(blob) < OVERHEAD or not blob.startswith(_VERSION):
            raise Unopenable("not a blob of this format")
        key = self._ring.find(blob[KEY_ID_AT:_NONCE_AT])
        if key is None:
            raise UnknownKey("the key ring has no key with this id")
        return key


def _place(table: str, row_id: bytes, column: str) -> bytes:
    return length_prefixed(b"at-rest 1", table.encode(), row_id, column.encode())
