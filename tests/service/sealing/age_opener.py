# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opens age files, for tests only: the server has no such code.

Written from C2SP age, not from the sealing side, where the two could share a mistake: it has its
own constants and its own payload loop, and is itself proved by the CCTV vectors. It knows the
post-quantum and the classic recipients, the latter because the vectors of header and payload use
them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.sealing import bech32
from service.sealing.header import Header, NotAnAgeFile, Stanza, from_base64, parse

SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class OpenError(Exception):
    """The file cannot be opened; the subclasses are the outcomes that the vectors tell apart."""


class ArmorFailure(OpenError):
    """Not an armored age file."""


class HeaderFailure(OpenError):
    """The header, or a stanza for one of our identities, is malformed."""


class NoMatch(OpenError):
    """No stanza is for one of our identities."""


class MacFailure(OpenError):
    """The header was changed."""


class PayloadFailure(OpenError):
    """The payload was changed, cut off or extended."""

    def __init__(self, reason: str, released: bytes) -> None:
        super().__init__(reason)
        self.released = released  # what came before the failure


@dataclass(frozen=True)
class _Identity:
    stanza_type: str
    share_size: int
    unwrap: Callable[[bytes, bytes], bytes]  # (share, body) -> file key; raises InvalidTag


def open_file(blob: bytes, identities: Sequence[str]) -> bytes:
    """Return the plaintext. Raises an ``OpenError``."""
    try:
        header = parse(blob)
        file_key = _file_key(header, [_identity(text) for text in identities])
    except NotAnAgeFile as error:
        raise HeaderFailure(str(error)) from None
    mac_key = _hkdf(file_key, None, b"header")
    expected = hmac.digest(mac_key, header.authenticated, "sha256")
    if not hmac.compare_digest(expected, header.mac):
        raise MacFailure("the header was changed")
    return _payload(file_key, blob[header.size :])


def dearmor(text: bytes) -> bytes:
    """Take off the strict PEM-like armor. Raises ``ArmorFailure``."""
    lines = text.decode("ascii").replace("\r\n", "\n").strip().split("\n")
    if lines[0] != "-----BEGIN AGE ENCRYPTED FILE-----":
        raise ArmorFailure("no first line")
    if lines[-1] != "-----END AGE ENCRYPTED FILE-----":
        raise ArmorFailure("no last line")
    body = lines[1:-1]
    if any(len(line) != 64 for line in body[:-1]) or not 0 < len(body[-1]) <= 64:
        raise ArmorFailure("a line of a wrong length")
    return base64.b64decode("".join(body), validate=True)


def _file_key(header: Header, identities: Sequence[_Identity]) -> bytes:
    for identity in identities:
        for stanza in header.stanzas:
            if stanza.type == identity.stanza_type:
                file_key = _unwrap(identity, stanza)
                if file_key is not None:
                    return file_key
    raise NoMatch("no stanza is for these identities")


def _unwrap(identity: _Identity, stanza: Stanza) -> bytes | None:
    if len(stanza.arguments) != 1 or re.search(r"\s", stanza.arguments[0]):
        raise HeaderFailure("a stanza has other than one argument")
    share = from_base64(stanza.arguments[0].encode())
    if len(share) != identity.share_size or len(stanza.body) != 32:
        raise HeaderFailure("a stanza's share or body has a wrong size")
    try:
        return identity.unwrap(share, stanza.body)
    except InvalidTag:
        return None


def _identity(text: str) -> _Identity:
    prefix, secret = bech32.decode(text)
    if prefix == "age-secret-key-pq-":
        expanded = hashlib.shake_256(secret).digest(96)
        x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        key = MLKEM768X25519PrivateKey(mlkem, x25519)
        return _Identity("mlkem768x25519", 1120, lambda s, b: _open_hybrid(key, x25519, s, b))
    assert prefix == "age-secret-key-", "the vectors have no third kind"
    classic = X25519PrivateKey.from_private_bytes(secret)
    return _Identity("X25519", 32, lambda s, b: _open_classic(classic, s, b))


def _open_hybrid(
    key: MLKEM768X25519PrivateKey, x25519: X25519PrivateKey, share: bytes, body: bytes
) -> bytes:
    _exchange(x25519, share[1088:])  # cryptography reports low order as a mere wrong tag
    return SUITE.decrypt(share + body, key, b"age-encryption.org/mlkem768x25519")


def _open_classic(key: X25519PrivateKey, share: bytes, body: bytes) -> bytes:
    own = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    wrap_key = _hkdf(_exchange(key, share), share + own, b"age-encryption.org/v1/X25519")
    return ChaCha20Poly1305(wrap_key).decrypt(bytes(12), body, None)


def _exchange(key: X25519PrivateKey, share: bytes) -> bytes:
    try:
        return key.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError:
        raise HeaderFailure("a share of low order") from None


def _payload(file_key: bytes, payload: bytes) -> bytes:
    nonce, rest = payload[:16], payload[16:]
    if len(nonce) != 16:
        raise HeaderFailure("the payload has no nonce")
    cipher = ChaCha20Poly1305(_hkdf(file_key, nonce, b"payload"))
    plaintext = bytearray()
    for counter in range(1 + len(rest) // (65536 + 16)):
        chunk, rest = rest[: 65536 + 16], rest[65536 + 16 :]
        opened = _chunk(cipher, counter, chunk)
        if opened is None:
            raise PayloadFailure("a chunk does not open", bytes(plaintext))
        text, last = opened
        if last and counter and not text:
            raise PayloadFailure("the last chunk is empty", bytes(plaintext))
        plaintext += text
        if last and rest:
            raise PayloadFailure("something follows the last chunk", bytes(plaintext))
        if last:
            return bytes(plaintext)
    raise PayloadFailure("there is no last chunk", bytes(plaintext))


def _chunk(cipher: ChaCha20Poly1305, counter: int, chunk: bytes) -> tuple[bytes, bool] | None:
    """The chunk's plaintext, and whether it calls itself the last one; None if it is neither."""
    for last in (False, True):
        if last or len(chunk) == 65536 + 16:
            try:
                nonce = counter.to_bytes(11, "big") + bytes([last])
                return cipher.decrypt(nonce, chunk, None), last
            except InvalidTag:
                continue
    return None


def _hkdf(key: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)
