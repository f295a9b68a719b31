# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person at the pages of the own key, who does what the browser's code does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from service.ids import to_bytes, to_text
from service.keys.wrapping import KEYRING_SIZE
from service.sealing import age, bech32
from service.sealing.header import Stanza, serialise, to_base64
from tests.service.sealing.age_opener import open_file
from tests.service.visiting import Visitor

HINT = bech32.encode("age-plugin-fido2prf-", bytes(40)).upper()


def a_file(stanza: Stanza) -> bytes:
    """A file with the structure of a wrapped identity; nobody opens it."""
    return serialise([stanza]) + b" " + to_base64(bytes(32)).encode() + b"\n" + bytes(16 + 80 + 16)


def a_wrap(work: int) -> bytes:
    """As with a passphrase that is stretched 2^work times."""
    return a_file(Stanza("scrypt", (to_base64(bytes(16)), str(work)), bytes(32)))


def passkey_file() -> bytes:
    return a_file(Stanza("age-encryption.org/fido2prf", (to_base64(bytes(16)),), bytes(32)))


def wrap_json(kind: str = "recovery", work: int = 12) -> dict[str, str]:
    return {"kind": kind, "sealed": to_text(a_wrap(work))}


def new_wrap(kind: str, work: int) -> dict[str, str]:
    return {**wrap_json(kind, work), "hint": ""}


PASSKEY = {"kind": "passkey", "sealed": to_text(passkey_file()), "hint": HINT}
PASSPHRASE, RECOVERY = new_wrap("passphrase", 17), new_wrap("recovery", 12)


def opened(asked: dict[str, str], identity: str) -> dict[str, str]:
    """The answer to a challenge."""
    nonce = open_file(to_bytes(asked["sealed"], None), [identity])
    return {"challenge": asked["challenge"], "nonce": to_text(nonce)}


def prove(visitor: Visitor, identity: str, recipient: str) -> dict[str, str]:
    """Asks for a challenge for a new key and opens it."""
    return opened(visitor.send("/key/challenge", {"recipient": recipient}).get_json(), identity)


def keyring_of(identities: list[str], recipient: str) -> bytes:
    text = "\n".join(["# Community Support: earlier keys", *identities])
    return age.seal(text.encode().ljust(KEYRING_SIZE, b"\n"), [recipient])


@dataclass
class Holder:
    """Who holds a key. ``identities``: the present one first, then those in the keyring."""

    visitor: Visitor
    identities: list[str]
    recipient: str

    @classmethod
    def registered(cls, visitor: Visitor, *wraps: dict[str, str]) -> Holder:
        """With a fresh key."""
        identity, recipient = age.new_identity()
        holder = cls(visitor, [identity], recipient)
        offered = {"recipient": recipient, "wraps": list(wraps) or [wrap_json()]}
        answer = visitor.send("/key", {**offered, **prove(visitor, identity, recipient)})
        assert answer.status_code == 201, answer.get_json()
        return holder

    def step_up(self) -> None:
        asked = self.visitor.send("/key/step-up/challenge", {}).get_json()
        answer = self.visitor.send("/key/step-up", opened(asked, self.identities[0]))
        assert answer.status_code == 200, answer.get_json()

    def wraps(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.visitor.ask("/key/wraps").get_json()["wraps"]
        return found

    def kinds(self) -> list[str]:
        return sorted(one["kind"] for one in self.wraps())

    def wrap_id(self, kind: str) -> str:
        return next(str(one["id"]) for one in self.wraps() if one["kind"] == kind)

    def add(self, wrap: dict[str, str], instead: str | None = None) -> TestResponse:
        return self.visitor.send("/key/wraps", {"wrap": wrap, "instead": instead})

    def remove(self, wrap_id: str) -> TestResponse:
        return self.visitor.send(f"/key/wraps/{wrap_id}/remove", {})

    def offer(self, path: str, keyring: bytes = b"") -> tuple[TestResponse, str, str]:
        """Offers a fresh key: the answer, the identity, the recipient."""
        identity, recipient = age.new_identity()
        offered = {"recipient": recipient, "wraps": [wrap_json()]}
        if path == "/key/change":
            sealed = keyring or keyring_of(self.identities, recipient)
            offered["keyring"] = to_text(sealed)
        answer = self.visitor.send(path, {**offered, **prove(self.visitor, identity, recipient)})
        return answer, identity, recipient

    def change(self) -> None:
        """Another key; the ones before go into the keyring."""
        self.step_up()
        answer, identity, recipient = self.offer("/key/change")
        assert answer.status_code == 200, answer.get_json()
        self.identities.insert(0, identity)
        self.recipient = recipient

    def start_over(self) -> None:
        """Another key; the ones before are lost."""
        answer, identity, recipient = self.offer("/key/lost")
        assert answer.status_code == 200, answer.get_json()
        self.identities, self.recipient = [identity], recipient
