# SPDX-License-Identifier: AGPL-3.0-or-later
"""A functionary on a roster: the key, who vouched for it, other accounts; whether he reads."""

from __future__ import annotations

import base64
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from service.declared.store import Declared, DeclaredKind
from service.desks.word import Word
from service.keys.store import PersonalKey
from service.refusal import Refusal
from service.vault import Json


class Standing(enum.Enum):
    """How far a functionary is on the way to reading."""

    KEYLESS = "keyless"
    WAITING = "waiting"
    READER = "reader"
    LAPSED = "lapsed"
    """The wiki says that the right is gone, whatever the key. It comes back with the right."""


class VouchRefused(Refusal):
    """A vouch that cannot count."""


@dataclass(frozen=True)
class Member:
    """A functionary on the roster of a desk."""

    desk: str
    central_id: int
    name: str
    since: date
    key: PersonalKey | None
    vouched_key: bytes | None
    vouched_by: int | None
    vouched_on: date | None
    declared: tuple[Declared, ...] = ()
    """Other accounts of this person: public and private ones."""
    word: Word | None = None
    """What somebody proposed, and nobody confirmed yet."""
    removed_on: date | None = None
    """When two colleagues took the member off the roster; a new vouch ends it."""
    lost_on: date | None = None
    """When the wiki said that the right is gone; None while it is there."""
    ask_after: datetime | None = None
    """When the worker asks the wiki again whether the right is still there; None: now."""

    @property
    def names(self) -> tuple[str, ...]:
        """The name, and those of the accounts that are declared in public: what the form knows."""
        return (self.name, *(one.name for one in self._of_kind(DeclaredKind.PUBLIC)))

    @property
    def accounts(self) -> tuple[tuple[int | None, str], ...]:
        """The same as central ids and names: reports that name one of them are hidden."""
        return ((self.central_id, self.name), *_pairs(self._of_kind(DeclaredKind.PUBLIC)))

    @property
    def private_accounts(self) -> tuple[tuple[int | None, str], ...]:
        """Those that only the server knows of."""
        return _pairs(self._of_kind(DeclaredKind.PRIVATE))

    @property
    def is_off(self) -> bool:
        """Without the right, or taken off the roster and not vouched for again: what is filed
        meanwhile gets no box.
        """
        removed = self.removed_on is not None and self.standing is not Standing.READER
        return removed or self.standing is Standing.LAPSED

    def _of_kind(self, kind: DeclaredKind) -> list[Declared]:
        return [one for one in self.declared if one.kind is kind]

    @property
    def standing(self) -> Standing:
        if self.lost_on is not None:
            return Standing.LAPSED
        if self.key is None:
            return Standing.KEYLESS
        return Standing.READER if self.vouched else Standing.WAITING

    @property
    def vouched(self) -> bool:
        """Somebody stands for it that the key of now is the member's, with the right or without."""
        return self.key is not None and self.key.id == self.vouched_key

    @property
    def recipient(self) -> str:
        """The age recipient of a member who has a key."""
        if self.key is None:
            raise LookupError("this member has no key")
        return self.key.recipient

    def to_json(self) -> Json:
        """What the roster keeps itself; key and declared accounts have rows of their own."""
        vouched = self.vouched_key
        return {
            "central_id": self.central_id,
            "name": self.name,
            "since": self.since.isoformat(),
            "vouched_key": None if vouched is None else base64.b64encode(vouched).decode(),
            "vouched_by": self.vouched_by,
            "vouched_on": None if self.vouched_on is None else self.vouched_on.isoformat(),
            "word": None if self.word is None else self.word.to_json(),
            "removed_on": None if self.removed_on is None else self.removed_on.isoformat(),
            "lost_on": None if self.lost_on is None else self.lost_on.isoformat(),
            "ask_after": None if self.ask_after is None else int(self.ask_after.timestamp()),
        }

    @classmethod
    def from_json(
        cls, desk: str, value: Json, key: PersonalKey | None, declared: tuple[Declared, ...]
    ) -> Member:
        """The inverse of ``to_json``, with what is kept elsewhere about the person."""
        vouched, on = value["vouched_key"], value["vouched_on"]
        word, removed = value.get("word"), value.get("removed_on")
        lost, ask_after = value.get("lost_on"), value.get("ask_after")
        return cls(
            desk=desk,
            central_id=value["central_id"],
            name=value["name"],
            since=date.fromisoformat(value["since"]),
            key=key,
            vouched_key=None if vouched is None else base64.b64decode(vouched),
            vouched_by=value["vouched_by"],
            vouched_on=None if on is None else date.fromisoformat(on),
            declared=declared,
            word=None if word is None else Word.from_json(word),
            removed_on=None if removed is None else date.fromisoformat(removed),
            lost_on=None if lost is None else date.fromisoformat(lost),
            ask_after=None if ask_after is None else datetime.fromtimestamp(ask_after, UTC),
        )


def _pairs(accounts: Iterable[Declared]) -> tuple[tuple[int | None, str], ...]:
    return tuple((one.central_id, one.name) for one in accounts)
