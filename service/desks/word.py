# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first of the two words that a change of the roster takes, as it waits in the member's row.

A word is for one key and holds for two weeks. It counts with the word of another person: neither
the same account, nor an operator of the same name.
"""

from __future__ import annotations

import base64
import enum
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from onwiki.names import normalise
from service.vault import Vault

HOLDS: Final = timedelta(days=14)

_MARK_SIZE: Final = 12


class WordKind(enum.StrEnum):
    """What somebody proposed."""

    FIRST_KEY = "first-key"
    """To vouch for one of a desk's first keys."""
    REMOVAL = "removal"
    """To take the member off the roster."""


@dataclass(frozen=True)
class Voice:
    """Somebody whose word counts: a person by central id, an operator by name (central id 0)."""

    central_id: int
    name: str

    @property
    def said_by(self) -> str:
        """For the audit: the operators have no central id there."""
        return "" if self.central_id else f"operator {self.name}"


@dataclass(frozen=True)
class Word:
    """Who said what about which key, and when. ``mark`` is an HMAC of the name."""

    kind: WordKind
    central_id: int
    mark: bytes
    on: date
    key: bytes

    def is_of(self, vault: Vault, voice: Voice) -> bool:
        """Whether it is the same person's: one who operates the tool and coordinates is one."""
        same_account = self.central_id != 0 and self.central_id == voice.central_id
        return same_account or self.mark == name_mark(vault, voice.name)

    def holds(self, kind: WordKind, key: bytes, today: date) -> bool:
        return self.kind is kind and self.key == key and today - self.on <= HOLDS

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "by": self.central_id,
            "mark": base64.b64encode(self.mark).decode(),
            "on": self.on.isoformat(),
            "key": base64.b64encode(self.key).decode(),
        }

    @classmethod
    def from_json(cls, value: Any) -> Word:
        """The inverse of ``to_json``."""
        return cls(
            WordKind(value["kind"]),
            value["by"],
            base64.b64decode(value["mark"]),
            date.fromisoformat(value["on"]),
            base64.b64decode(value["key"]),
        )


def name_mark(vault: Vault, name: str) -> bytes:
    """A name in the size of a row that has no room for two names."""
    return vault.label("voice", normalise(name).encode())[:_MARK_SIZE]
