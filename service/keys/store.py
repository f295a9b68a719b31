# SPDX-License-Identifier: AGPL-3.0-or-later
"""Personal keys: registering with proof of possession, reading, wraps.

The identity is made in the browser. What arrives here is its recipient and the wrapped identity;
the server can seal to the key and never open with it.
"""

from __future__ import annotations

import base64
import enum
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.ids import new_id
from service.keys.models import KeyWrapRow, PersonalKeyRow
from service.sealing import age
from service.vault import Vault

NONCE_SIZE: Final = 32
LARGEST_WRAP: Final = 4096
"""Bytes of a wrapped identity: an age file with one stanza and less than 100 bytes in it."""
MOST_WRAPS: Final = 8

_OWNER: Final = "personal-key"


class WrapKind(enum.StrEnum):
    """How a wrapped identity is unlocked."""

    PASSPHRASE = "passphrase"  # noqa: S105 - a kind, not one
    RECOVERY = "recovery"


# log2 N of scrypt. A recovery code is 125 random bits: stretching it adds nothing but the wait.
# Our browser code opens nothing above 18, so nothing above is kept either.
_WORK_FACTORS: Final = {WrapKind.PASSPHRASE: range(17, 19), WrapKind.RECOVERY: range(12, 19)}


class KeyRefused(Exception):
    """A key that a browser offered cannot be taken. ``message_key`` is for the person."""

    def __init__(self, message_key: str) -> None:
        super().__init__(message_key)
        self.message_key = message_key


@dataclass(frozen=True)
class PersonalKey:
    """The public half of a person's key."""

    id: bytes
    recipient: str
    made: date

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.recipient)


@dataclass(frozen=True)
class Wrap:
    """A wrapped identity: an age file that only its passphrase or recovery code opens."""

    id: bytes
    kind: WrapKind
    file: bytes
    made: date


@dataclass(frozen=True)
class Challenge:
    """A nonce, and the same sealed to the key whose possession is to be proved."""

    nonce: bytes
    sealed: bytes


def fingerprint(recipient: str) -> str:
    """128 bits of SHA-256 of the recipient, as eight groups of four hexadecimal digits."""
    digits = hashlib.sha256(recipient.encode("ascii")).hexdigest()[:32]
    return " ".join(digits[start : start + 4] for start in range(0, 32, 4))


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


class Keys:
    """Personal keys in the database."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def of(self, session: Session, central_id: int) -> PersonalKey | None:
        """The current key of a person."""
        owner = self._owner(central_id)
        row = session.get(PersonalKeyRow, owner)
        if row is None:
            return None
        value = self.vault.open(PersonalKeyRow.blob, owner, row.blob)
        return PersonalKey(
            base64.b64decode(value["id"]), value["recipient"], date.fromisoformat(value["made"])
        )

    def register(
        self,
        session: Session,
        central_id: int,
        recipient: str,
        wraps: Sequence[tuple[WrapKind, bytes]],
        today: date,
    ) -> PersonalKey:
        """A person's first key with its wraps, after possession was proved.

        Raises KeyRefused when there is one already (changing keys is an act of its own), or when
        a wrap is not a small age file.
        """
        owner = self._owner(central_id)
        if session.get(PersonalKeyRow, owner) is not None:
            raise KeyRefused("keys-error-exists")
        key = PersonalKey(new_id(), recipient, today)
        value = {
            "id": base64.b64encode(key.id).decode(),
            "recipient": recipient,
            "made": today.isoformat(),
        }
        blob = self.vault.seal(PersonalKeyRow.blob, owner, value)
        session.add(PersonalKeyRow(owner=owner, blob=blob))
        try:
            session.flush()
        except IntegrityError:  # made in another tab at the same time
            raise KeyRefused("keys-error-exists") from None
        self._add_wraps(session, owner, wraps, today)
        return key

    def replace_wraps(
        self,
        session: Session,
        central_id: int,
        wraps: Sequence[tuple[WrapKind, bytes]],
        today: date,
    ) -> None:
        """Other ways to unlock the same key, after possession was proved. Raises KeyRefused."""
        owner = self._owner(central_id)
        session.execute(delete(KeyWrapRow).where(KeyWrapRow.owner == owner))
        self._add_wraps(session, owner, wraps, today)

    def wraps(self, session: Session, central_id: int) -> list[Wrap]:
        """The ways in which a person can unlock the own key."""
        owner = self._owner(central_id)
        rows = session.scalars(select(KeyWrapRow).where(KeyWrapRow.owner == owner))
        return sorted((self._wrap(row) for row in rows), key=lambda wrap: (wrap.made, wrap.kind))

    def _owner(self, central_id: int) -> bytes:
        return self.vault.person(_OWNER, central_id)

    def _add_wraps(
        self,
        session: Session,
        owner: bytes,
        wraps: Sequence[tuple[WrapKind, bytes]],
        today: date,
    ) -> None:
        if not wraps or len(wraps) > MOST_WRAPS:
            raise KeyRefused("keys-error-wraps")
        for kind, file in wraps:
            session.add(self._wrap_row(owner, kind, file, today))

    def _wrap_row(self, owner: bytes, kind: WrapKind, file: bytes, today: date) -> KeyWrapRow:
        if len(file) > LARGEST_WRAP:
            raise KeyRefused("keys-error-wraps")
        try:
            age.inspect(file, age.SealedTo.PASSPHRASE, _WORK_FACTORS[kind])
        except age.NotAnAgeFile:
            raise KeyRefused("keys-error-wraps") from None
        wrap_id = new_id()
        value = {
            "kind": kind.value,
            "file": base64.b64encode(file).decode(),
            "made": today.isoformat(),
        }
        return KeyWrapRow(
            id=wrap_id, owner=owner, blob=self.vault.seal(KeyWrapRow.blob, wrap_id, value)
        )

    def _wrap(self, row: KeyWrapRow) -> Wrap:
        value = self.vault.open(KeyWrapRow.blob, row.id, row.blob)
        return Wrap(
            row.id,
            WrapKind(value["kind"]),
            base64.b64decode(value["file"]),
            date.fromisoformat(value["made"]),
        )
