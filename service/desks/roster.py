# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who reads at a desk: functionaries with confirmed rights, their keys, and who vouched for them.

A functionary's key gets boxes only after a colleague vouched for it; for a desk's first two keys
two people do (service.desks.first_keys). A vouch is for one key: a new key waits again.
"""

from __future__ import annotations

import base64
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from service.declared.store import Declarations, Declared, DeclaredKind
from service.desks.models import RosterRow
from service.desks.word import Word
from service.keys.store import Keys, PersonalKey
from service.rows import find
from service.vault import Json, Vault

_ROW: Final = "roster"
_OF_DESK: Final = select(RosterRow.__table__).where(
    RosterRow.__table__.c.desk == bindparam("of_desk")
)
OPERATOR: Final = 0
"""Stands for the operators, where the central id of who vouched is kept."""


class Standing(enum.Enum):
    """How far a functionary is on the way to reading."""

    KEYLESS = "keyless"
    WAITING = "waiting"
    READER = "reader"
    LAPSED = "lapsed"
    """The wiki says that the right is gone, whatever the key. It comes back with the right."""


class VouchRefused(Exception):
    """A vouch that cannot count. ``message_key`` is for the person."""

    def __init__(self, message_key: str) -> None:
        super().__init__(message_key)
        self.message_key = message_key


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


def _pairs(accounts: Iterable[Declared]) -> tuple[tuple[int | None, str], ...]:
    return tuple((one.central_id, one.name) for one in accounts)


class Roster:
    """The roster of every desk, in the database."""

    def __init__(self, vault: Vault, keys: Keys, declared: Declarations) -> None:
        self.vault = vault
        self.keys = keys
        self.declared = declared

    def members(self, session: Session, desk: str) -> list[Member]:
        """Everybody on the roster of ``desk``, by name."""
        session.flush()
        rows = session.connection().execute(_OF_DESK, {"of_desk": desk}).all()
        return sorted(self._members(session, rows), key=lambda one: one.name.casefold())

    def readers(self, session: Session, desk: str) -> list[Member]:
        """Those of them whose keys get boxes."""
        return [m for m in self.members(session, desk) if m.standing is Standing.READER]

    def member(self, session: Session, desk: str, central_id: int) -> Member | None:
        row = find(session, RosterRow, self.label(desk, central_id))
        return None if row is None else self._members(session, [row])[0]

    def confirm(
        self, session: Session, desk: str, central_id: int, name: str, today: date
    ) -> tuple[Member, bool]:
        """Note that the wiki confirmed a functionary's rights; the name is the one of today.

        Returns the member, and whether the name or the person is new to the roster: then cases
        must be looked through for reports that name this account.
        """
        known = self.member(session, desk, central_id)
        if known is not None and known.name == name and known.lost_on is None:
            return known, False
        if known is not None and known.name == name:
            # The recusals are those of today: they are made with or without the right.
            member = replace(known, lost_on=None, ask_after=None)
            self._save(session, member)
            return member, False
        if known is not None:
            member = replace(known, name=name, lost_on=None)
        else:
            key = self.keys.of(session, central_id)
            declared = self.declared.of(session, central_id)
            member = Member(desk, central_id, name, today, key, None, None, None, declared)
        self._save(session, member)
        return member, True

    def vouch(
        self,
        session: Session,
        desk: str,
        by: int,
        central_id: int,
        today: date,
        fingerprint: str | None = None,
    ) -> Member:
        """A reader of the desk (or OPERATOR) vouches for the current key of a colleague.

        ``fingerprint`` is the one that was compared. Raises VouchRefused for oneself, for somebody
        without a key or not on the roster, for another key than the one that was compared, and
        when who vouches is no reader of the desk.
        """
        if by == central_id:
            raise VouchRefused("desks-vouch-error-self")
        if by != OPERATOR:
            voucher = self.member(session, desk, by)
            if voucher is None or voucher.standing is not Standing.READER:
                raise VouchRefused("desks-vouch-error-not-reader")
        member = self.member(session, desk, central_id)
        if member is None or member.key is None:
            raise VouchRefused("desks-vouch-error-keyless")
        if member.standing is Standing.LAPSED:
            raise VouchRefused("desks-vouch-error-lapsed")
        if fingerprint is not None and fingerprint != member.key.fingerprint:
            raise VouchRefused("desks-vouch-error-changed")
        vouched = replace(
            member,
            vouched_key=member.key.id,
            vouched_by=by,
            vouched_on=today,
            word=None,
            removed_on=None,
        )
        self._save(session, vouched)
        return vouched

    def lapse(self, session: Session, member: Member, today: date) -> None:
        """The wiki says that the right is gone. Key and vouch stay: they say whose the key is."""
        self._save(session, replace(member, lost_on=today, word=None))

    def ask_again(self, session: Session, member: Member, moment: datetime) -> None:
        """The wiki just answered: the worker asks again after ``moment``."""
        self._save(session, replace(member, ask_after=moment))

    def keep_word(self, session: Session, member: Member, word: Word | None) -> None:
        """Note what somebody proposed about a member; None: nothing is proposed any more."""
        self._save(session, replace(member, word=word))

    def take_off(self, session: Session, member: Member, today: date) -> None:
        """No report is sealed to the member's key any more. The row stays: whoever signs in with
        the wiki's rights waits for a colleague's word, as a newcomer does.
        """
        off = replace(
            member, vouched_key=None, vouched_by=None, vouched_on=None, word=None, removed_on=today
        )
        self._save(session, off)

    def label(self, desk: str, central_id: int) -> bytes:
        """The key of a member's row. In addresses it stands for the person."""
        return self.vault.label(_ROW, desk.encode(), central_id.to_bytes(8, "big"))

    def _save(self, session: Session, member: Member) -> None:
        label = self.label(member.desk, member.central_id)
        vouched = member.vouched_key
        value = {
            "central_id": member.central_id,
            "name": member.name,
            "since": member.since.isoformat(),
            "vouched_key": None if vouched is None else base64.b64encode(vouched).decode(),
            "vouched_by": member.vouched_by,
            "vouched_on": None if member.vouched_on is None else member.vouched_on.isoformat(),
            "word": None if member.word is None else member.word.to_json(),
            "removed_on": None if member.removed_on is None else member.removed_on.isoformat(),
            "lost_on": None if member.lost_on is None else member.lost_on.isoformat(),
            "ask_after": None if member.ask_after is None else int(member.ask_after.timestamp()),
        }
        blob = self.vault.seal(RosterRow.blob, label, value)
        session.merge(RosterRow(label=label, desk=member.desk, blob=blob))

    def _members(self, session: Session, rows: Sequence[Row[Any]]) -> list[Member]:
        """All of them with two questions to the database, however many they are."""
        values = [self.vault.open(RosterRow.blob, row.label, row.blob) for row in rows]
        people = [value["central_id"] for value in values]
        keys = self.keys.of_many(session, people)
        declared = self.declared.of_many(session, people)
        return [
            self._member(row.desk, value, keys.get(one), declared.get(one, ()))
            for row, value, one in zip(rows, values, people, strict=True)
        ]

    def _member(
        self, desk: str, value: Json, key: PersonalKey | None, declared: tuple[Declared, ...]
    ) -> Member:
        vouched, on = value["vouched_key"], value["vouched_on"]
        word, removed = value.get("word"), value.get("removed_on")
        lost, ask_after = value.get("lost_on"), value.get("ask_after")
        return Member(
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
