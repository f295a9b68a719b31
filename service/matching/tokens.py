# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tokens: what stands for a name, a revision or a page where nobody may read which one.

    T         = HMAC(oldest match key, (desk, kind, value))     kept only inside sealed blobs
    case id   = HMAC(T, "case")                                 primary key of a case's head
    walk      = HMAC(a match key, T)                            kept nowhere
    label(i)  = HMAC(walk, i)                                   primary keys of the multimap

DESIGN section 6, with one step more ("walk"), which is what makes rotation possible. The service
does not keep the names, so it can never compute a T again: T comes from the oldest key for ever,
stays comparable between blobs, and that key must not leave the ring. The multimap's labels are
rewritten under a new key from the T in the blobs. Case ids and other row labels are not: rows
refer to each other by them. So whoever has the oldest key and a dump of today can find out *that*
a name has a case here, but with a newer key in use not how many reports or which ones.

All HMACs are HMAC-SHA256 over length-prefixed fields; the first one says what it is for.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

from service.sealing.fields import length_prefixed
from service.sealing.keyring import KEY_ID_SIZE, Key, KeyRing

LABEL_SIZE: Final = 32
VERSION_SIZE: Final = KEY_ID_SIZE


class Kind(Enum):
    """What a value is. Equal values of two kinds have unrelated tokens."""

    ACCOUNT = "account"
    REVISION = "revision"
    REPORTER = "reporter"


@dataclass(frozen=True)
class MatchKeys:
    """The key ring of ``CS_MATCH_KEYS``, newest first. New labels are under the newest."""

    ring: KeyRing

    @classmethod
    def parse(cls, text: str) -> MatchKeys:
        """Read comma-separated base64url keys of 32 bytes. Raises ``keyring.BadKeyRing``."""
        return cls(KeyRing.parse(text))

    @property
    def newest(self) -> Key:
        return self.ring.newest

    @property
    def oldest(self) -> Key:
        """The key of all tokens. A database is bound to its id."""
        return self.ring.keys[-1]


def derive(keys: MatchKeys, desk: str, kind: Kind, value: str) -> bytes:
    """Return T (32 bytes) of a value that the caller has normalised; the desk is its id."""
    return _hmac(keys.oldest.secret, b"token 1", desk.encode(), kind.value.encode(), value.encode())


def walk_key(key: Key, token: bytes) -> bytes:
    """The key of all labels that one match key gives to one token."""
    return _hmac(key.secret, b"walk 1", token)


def entry_label(walk: bytes, index: int) -> bytes:
    """The primary key (32 bytes) of a list's entry ``index``, counted from 0."""
    return _hmac(walk, b"entry", index.to_bytes(8, "big"))


def case_id(token: bytes) -> bytes:
    """The primary key (32 bytes) of the head of an account token's case."""
    return _hmac(token, b"case")


def label(keys: MatchKeys, purpose: str, *fields: bytes) -> bytes:
    """A row's primary key (32 bytes) that tells none of ``fields``, such as report and reader.

    One purpose's labels say nothing about another's. They stay under the oldest key.
    """
    mac = _keyed(keys.oldest.secret).copy()
    mac.update(length_prefixed(b"label 1", purpose.encode(), *fields))
    return mac.digest()


@lru_cache(maxsize=2)
def _keyed(key: bytes) -> hmac.HMAC:
    """Ready for a message: a request makes a score of labels, and copying takes half the time."""
    return hmac.new(key, digestmod="sha256")


def _hmac(key: bytes, *fields: bytes) -> bytes:
    return hmac.digest(key, length_prefixed(*fields), "sha256")
