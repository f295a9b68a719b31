# SPDX-License-Identifier: AGPL-3.0-or-later
"""Wraps: the ways in which a person can unlock the own key, each a stock age file.

The server cannot open one. It can see from outside that a file is of the kind that it says, and
that guessing at it is not cheap.
"""

from __future__ import annotations

import base64
import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from service.refusal import Refusal
from service.sealing import age

LARGEST_WRAP: Final = 4096
"""Bytes of a wrapped identity: an age file with one stanza and less than 100 bytes in it."""
MOST_WRAPS: Final = 8

KEYRING_SIZE: Final = 1024
"""Bytes inside a keyring: a line that says what it is, earlier identities of 78, line feeds."""
MOST_KEPT: Final = 8

# What typage calls the identity of a passkey: which credential it is, of which site (Bech32).
_HINT: Final = re.compile(r"AGE-PLUGIN-FIDO2PRF-1[02-9AC-HJ-NP-Z]{6,1000}")


class WrapKind(enum.StrEnum):
    """How a wrapped identity is unlocked."""

    PASSPHRASE = "passphrase"  # noqa: S105 - a kind, not one
    RECOVERY = "recovery"
    PASSKEY = "passkey"

    @property
    def lasts(self) -> bool:
        """Whether it is something that a person can keep on paper. A passkey lives in a device or
        an account that can be lost, taken away or reset, and not every browser can use it.
        """
        return self is not WrapKind.PASSKEY


# log2 N of scrypt. A recovery code is 125 random bits: stretching it adds nothing but the wait.
# Our browser code opens nothing above 18, so nothing above is kept either.
_WORK_FACTORS: Final = {WrapKind.PASSPHRASE: range(17, 19), WrapKind.RECOVERY: range(12, 19)}


class KeyRefused(Refusal):
    """A key that a browser offered cannot be taken."""


@dataclass(frozen=True)
class Wrap:
    """A wrapped identity: an age file that only its passphrase, recovery code or passkey opens.

    ``hint`` tells a browser which passkey it is; other kinds have none.
    """

    id: bytes
    kind: WrapKind
    file: bytes
    made: date
    hint: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "file": base64.b64encode(self.file).decode(),
            "made": self.made.isoformat(),
            "hint": self.hint,
        }

    @classmethod
    def from_json(cls, wrap_id: bytes, value: Mapping[str, Any]) -> Wrap:
        """The inverse of ``to_json``."""
        return cls(
            wrap_id,
            WrapKind(value["kind"]),
            base64.b64decode(value["file"]),
            date.fromisoformat(value["made"]),
            value.get("hint", ""),
        )


def require_wrap(kind: WrapKind, file: bytes, hint: str = "") -> None:
    """Raises KeyRefused for anything but a small age file that opens in the way it says."""
    sealed_to = age.SealedTo.PASSPHRASE if kind.lasts else age.SealedTo.PASSKEY
    if len(file) > LARGEST_WRAP:
        raise KeyRefused("keys-error-wraps")
    try:
        age.inspect(file, sealed_to, _WORK_FACTORS.get(kind, range(0)))
    except age.NotAnAgeFile:
        raise KeyRefused("keys-error-wraps") from None
    if (kind is WrapKind.PASSKEY) != (_HINT.fullmatch(hint) is not None):
        raise KeyRefused("keys-error-wraps")


def require_enough(kinds: Sequence[WrapKind]) -> None:
    """Raises KeyRefused unless these wraps are few enough, and one of them lasts."""
    if len(kinds) > MOST_WRAPS:
        raise KeyRefused("keys-error-wraps-many")
    if not any(kind.lasts for kind in kinds):
        raise KeyRefused("keys-error-wraps-last")


def require_keyring(file: bytes) -> None:
    """Raises KeyRefused for anything but an age file to one key, of the size of a keyring."""
    try:
        envelope = age.inspect(file)
    except age.NotAnAgeFile:
        raise KeyRefused("keys-error-wraps") from None
    if len(envelope.stanza_types) != 1 or envelope.payload_size != KEYRING_SIZE:
        raise KeyRefused("keys-error-wraps")
