# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a browser posts about a key, read from JSON: the shapes of ``browser/keys/personal.ts``."""

from __future__ import annotations

from dataclasses import dataclass

from service.ids import BadId, to_bytes
from service.keys.store import KeyRefused, WrapKind


@dataclass(frozen=True)
class Offered:
    """The answer to a challenge, with the wraps that are to be kept. ``recipient`` is empty where
    the registered key is meant.
    """

    recipient: str
    challenge: str
    nonce: bytes
    wraps: tuple[tuple[WrapKind, bytes], ...]


def read_offered(value: object) -> Offered:
    """Raises KeyRefused for anything of another shape."""
    match value:
        case {"challenge": str(challenge), "nonce": str(nonce), "wraps": list(wraps), **more}:
            recipient = more.get("recipient", "")
            if isinstance(recipient, str):
                return Offered(
                    recipient,
                    challenge,
                    _bytes(nonce),
                    tuple(_wrap(wrap) for wrap in wraps),
                )
    raise KeyRefused("keys-error-wraps")


def _wrap(value: object) -> tuple[WrapKind, bytes]:
    match value:
        case {"kind": str(kind), "sealed": str(sealed)} if kind in set(WrapKind):
            return WrapKind(kind), _bytes(sealed)
    raise KeyRefused("keys-error-wraps")


def _bytes(text: str) -> bytes:
    try:
        return to_bytes(text, None)
    except BadId:
        raise KeyRefused("keys-error-wraps") from None
