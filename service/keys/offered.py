# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a browser posts about a key, read from JSON: the shapes of ``browser/keys/personal.ts``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.ids import BadId, new_id, to_bytes
from service.keys.wrapping import KeyRefused, Wrap, WrapKind


@dataclass(frozen=True)
class Answer:
    """The answer to a challenge."""

    challenge: str
    nonce: bytes


@dataclass(frozen=True)
class Offered:
    """A new key: the proof that the browser holds it, with the wraps that are to be kept.
    ``keyring`` holds the identities of the keys before it, sealed to it; empty where there are
    none.
    """

    recipient: str
    answer: Answer
    wraps: tuple[tuple[WrapKind, bytes], ...]
    keyring: bytes = b""


@dataclass(frozen=True)
class OfferedWrap:
    """One more way to unlock a key. ``instead`` is the id of the wrap whose place it takes."""

    kind: WrapKind
    file: bytes
    hint: str
    instead: bytes | None

    def wrap(self, today: date) -> Wrap:
        return Wrap(new_id(), self.kind, self.file, today, self.hint)


def read_answer(value: object) -> Answer:
    """Raises KeyRefused for anything of another shape."""
    match value:
        case {"challenge": str(challenge), "nonce": str(nonce)}:
            return Answer(challenge, _bytes(nonce))
    raise KeyRefused("keys-error-proof")


def read_offered(value: object) -> Offered:
    """Raises KeyRefused for anything of another shape."""
    match value:
        case {"recipient": str(recipient), "wraps": list(wraps), **more}:
            keyring = more.get("keyring", "")
            if isinstance(keyring, str):
                return Offered(
                    recipient,
                    read_answer(value),
                    tuple(_wrap(wrap) for wrap in wraps),
                    _bytes(keyring),
                )
    raise KeyRefused("keys-error-wraps")


def read_wrap(value: object) -> OfferedWrap:
    """Raises KeyRefused for anything of another shape."""
    match value:
        case {"wrap": {"hint": str(hint), **wrap}, **more}:
            kind, file = _wrap(wrap)
            instead = more.get("instead")
            if instead is None or isinstance(instead, str):
                return OfferedWrap(kind, file, hint, None if instead is None else _bytes(instead))
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
