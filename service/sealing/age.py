# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealing to age's post-quantum recipients. There is no way back in this module, by design.

Source of the format: C2SP age, "Encrypted file format" and "The MLKEM768-X25519 hybrid
post-quantum recipient type"; HPKE as in RFC 9180 with KEM 0x647a, HKDF-SHA256 and
ChaCha20-Poly1305. Classic recipients ("age1" + 58 characters) are refused: one classic stanza
in a file takes the post-quantum property from all of it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.mlkem import (
    MLKEM768PrivateKey,
    MLKEM768PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.sealing import bech32
from service.sealing.envelope import (
    CHUNK_SIZE,
    ENCAPSULATED_SIZE,
    NONCE_SIZE,
    Envelope,
    SealedTo,
    inspect,
)
from service.sealing.header import NotAnAgeFile, Stanza, serialise, to_base64

__all__ = [
    "Envelope",
    "InvalidRecipient",
    "NoRecipients",
    "NotAnAgeFile",
    "Recipient",
    "SealedTo",
    "inspect",
    "new_identity",
    "parse_recipient",
    "seal",
    "seal_stream",
]

HPKE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
HPKE_INFO: Final = b"age-encryption.org/mlkem768x25519"
FILE_KEY_SIZE: Final = 16
IDENTITY_PREFIX: Final = "age-secret-key-pq-"
_RECIPIENT_PREFIX: Final = "age1pq"
_SEED_SIZE: Final = 32
_MLKEM_PUBLIC_SIZE: Final = 1184
_X25519_SIZE: Final = 32
_ANY_KEY: Final = X25519PrivateKey.generate()


class InvalidRecipient(Exception):
    """No ``age1pq1…`` recipient; ``str`` says why, and quotes nothing."""


class NoRecipients(Exception):
    """A file that is sealed to nobody could never be opened."""


@dataclass(frozen=True)
class Recipient:
    """A checked post-quantum recipient: its canonical spelling and its key."""

    text: str
    key: MLKEM768X25519PublicKey = field(repr=False, compare=False)


@lru_cache(maxsize=256)
def parse_recipient(text: str) -> Recipient:
    """Check one ``age1pq1…`` (lower case, 1,959 characters). Raises ``InvalidRecipient``.

    The latest are remembered (all are public): each part of a report is sealed to the same one.
    """
    if not text.startswith(f"{_RECIPIENT_PREFIX}1"):
        raise InvalidRecipient("not a post-quantum recipient (age1pq1…)")
    try:
        prefix, data = bech32.decode(text)
    except bech32.BadBech32 as error:
        raise InvalidRecipient(str(error)) from None
    if prefix != _RECIPIENT_PREFIX or len(data) != _MLKEM_PUBLIC_SIZE + _X25519_SIZE:
        raise InvalidRecipient("the key has a wrong size")
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(data[:_MLKEM_PUBLIC_SIZE])
        x25519 = X25519PublicKey.from_public_bytes(data[_MLKEM_PUBLIC_SIZE:])
        # A point of low order gives the all-zero secret, which is refused at sealing: say so here.
        _ANY_KEY.exchange(x25519)
    except ValueError:
        raise InvalidRecipient("the key is no point that can be sealed to") from None
    return Recipient(text, MLKEM768X25519PublicKey(mlkem, x25519))


def seal(plaintext: bytes, recipients: Sequence[str]) -> bytes:
    """Return an age v1 file that each of ``recipients`` (``age1pq1…``) can open.

    Raises ``InvalidRecipient`` and ``NoRecipients``. Each file has a file key of its own.
    """
    return b"".join(seal_stream([plaintext], recipients))


def seal_stream(pieces: Iterable[bytes], recipients: Sequence[str]) -> Iterator[bytes]:
    """The same, piece by piece: what is sealed may be longer than the memory.

    ``pieces`` are of any length; what comes out are the header and then one chunk at a time.
    """
    if not recipients:
        raise NoRecipients("a file needs at least one recipient")
    keys = [parse_recipient(text).key for text in recipients]
    file_key = os.urandom(FILE_KEY_SIZE)
    header = serialise([_wrap(file_key, key) for key in keys])
    mac = header_mac(file_key, header)
    nonce = os.urandom(NONCE_SIZE)
    yield b"".join((header, b" ", to_base64(mac).encode("ascii"), b"\n", nonce))
    yield from _stream(payload_key(file_key, nonce), pieces)


def new_identity() -> tuple[str, str]:
    """Return a fresh (identity ``AGE-SECRET-KEY-PQ-1…``, recipient ``age1pq1…``)."""
    seed = os.urandom(_SEED_SIZE)
    mlkem, x25519 = expand_identity(seed)
    public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
    return bech32.encode(IDENTITY_PREFIX, seed).upper(), bech32.encode(_RECIPIENT_PREFIX, public)


def expand_identity(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    """The two keys behind an identity's 32 bytes: SHAKE256(seed), 64 bytes and 32 bytes."""
    expanded = hashlib.shake_256(seed).digest(64 + _X25519_SIZE)
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        X25519PrivateKey.from_private_bytes(expanded[64:]),
    )


def header_mac(file_key: bytes, header: bytes) -> bytes:
    """The 32-byte MAC over a header up to and with "---"."""
    return hmac.digest(_hkdf(file_key, None, b"header"), header, "sha256")


def payload_key(file_key: bytes, nonce: bytes) -> bytes:
    """The 32-byte key of the payload that begins with ``nonce``."""
    return _hkdf(file_key, nonce, b"payload")


def chunk_nonce(index: int, *, last: bool) -> bytes:
    """STREAM's nonce: the chunk's number in 11 bytes, then whether it is the last one."""
    return index.to_bytes(11, "big") + bytes([last])


def _wrap(file_key: bytes, key: MLKEM768X25519PublicKey) -> Stanza:
    sealed = HPKE.encrypt(file_key, key, HPKE_INFO)
    encapsulated, body = sealed[:ENCAPSULATED_SIZE], sealed[ENCAPSULATED_SIZE:]
    return Stanza(SealedTo.RECIPIENTS.value, (to_base64(encapsulated),), body)


def _stream(key: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    cipher = ChaCha20Poly1305(key)
    # A last chunk may be full, but only an empty file has an empty one: so a chunk is sealed only
    # when it is known whether something follows.
    index, pending = 0, bytearray()
    for piece in pieces:
        pending += piece
        while len(pending) > CHUNK_SIZE:
            chunk = bytes(pending[:CHUNK_SIZE])
            del pending[:CHUNK_SIZE]
            yield cipher.encrypt(chunk_nonce(index, last=False), chunk, None)
            index += 1
    yield cipher.encrypt(chunk_nonce(index, last=True), bytes(pending), None)


def _hkdf(key: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)
