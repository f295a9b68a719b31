# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looking at a sealed file from outside: is it what a browser of ours would have sealed?

The server cannot open what is posted, but a file that nobody can open, or that a weaker key can,
must not be stored. Source of the sizes: C2SP age; for passkeys, typage's ``webauthn``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from service.sealing.header import Header, NotAnAgeFile, Stanza, from_base64, parse

NONCE_SIZE: Final = 16
TAG_SIZE: Final = 16
CHUNK_SIZE: Final = 64 * 1024
ENCAPSULATED_SIZE: Final = 1120  # ML-KEM-768 ciphertext (1,088), X25519 share (32)
_WRAPPED_KEY_SIZE: Final = 32  # a file key of 16 bytes and its tag
_SALT_SIZE: Final = 16

PASSPHRASE_WORK: Final = range(17, 21)
"""scrypt's work factor, log2: below, guessing a passphrase is cheap; typage opens none above 20."""

_DECIMAL: Final = re.compile(r"[1-9][0-9]?")


class SealedTo(Enum):
    """Who opens a file; the value is the type of its stanzas. A file has one kind only."""

    RECIPIENTS = "mlkem768x25519"
    PASSPHRASE = "scrypt"  # noqa: S105 - the name of a stanza type
    PASSKEY = "age-encryption.org/fido2prf"


@dataclass(frozen=True)
class Envelope:
    """What the outside of a file tells: a stanza type for each reader, and the inner size."""

    stanza_types: tuple[str, ...]
    payload_size: int  # bytes of plaintext


def inspect(
    blob: bytes, sealed_to: SealedTo = SealedTo.RECIPIENTS, work_factors: range = PASSPHRASE_WORK
) -> Envelope:
    """Check the structure of a posted age file. Raises ``NotAnAgeFile`` and nothing else.

    ``work_factors`` are those that are taken of a file sealed to a passphrase.

    Every stanza must be of the one kind: a single classic stanza would give the file to whoever
    can break that. The MAC cannot be checked here; a forged file fails when a reader opens it.
    """
    header = parse(blob)
    for stanza in header.stanzas:
        _check(stanza, sealed_to, work_factors)
    if sealed_to is not SealedTo.RECIPIENTS and len(header.stanzas) != 1:
        raise NotAnAgeFile("a passphrase or passkey must be the only one in its file")
    return Envelope(tuple(s.type for s in header.stanzas), _payload_size(blob, header))


def _check(stanza: Stanza, sealed_to: SealedTo, work_factors: range) -> None:
    if stanza.type != sealed_to.value:
        raise NotAnAgeFile("a stanza of a kind that is not taken here")
    if len(stanza.body) != _WRAPPED_KEY_SIZE:
        raise NotAnAgeFile("a stanza's body has a wrong size")
    match sealed_to, stanza.arguments:
        case (SealedTo.RECIPIENTS, (encapsulated,)):
            fits = len(from_base64(encapsulated.encode("ascii"))) == ENCAPSULATED_SIZE
        case (SealedTo.PASSKEY, (nonce,)):
            fits = len(from_base64(nonce.encode("ascii"))) == _SALT_SIZE
        case (SealedTo.PASSPHRASE, (salt, work_factor)):
            fits = (
                len(from_base64(salt.encode("ascii"))) == _SALT_SIZE
                and _DECIMAL.fullmatch(work_factor) is not None
                and int(work_factor) in work_factors
            )
        case _:
            fits = False
    if not fits:
        raise NotAnAgeFile("a stanza's arguments are not those of its kind")


def _payload_size(blob: bytes, header: Header) -> int:
    """How many bytes of plaintext a payload of this length holds (STREAM, 64 KiB chunks)."""
    sealed = len(blob) - header.size - NONCE_SIZE
    chunks = max(1, -(-sealed // (CHUNK_SIZE + TAG_SIZE)))
    last = sealed - (chunks - 1) * (CHUNK_SIZE + TAG_SIZE)
    if last < TAG_SIZE or (last == TAG_SIZE and chunks > 1):
        raise NotAnAgeFile("the payload is cut off")
    return sealed - chunks * TAG_SIZE
