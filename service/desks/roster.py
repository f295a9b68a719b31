# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who reads at a desk: functionaries with confirmed rights, their keys, and who vouched for them.

A functionary's key gets boxes only after a colleague vouched for it; for a desk's first two keys
two people do (service.desks.first_keys). A vouch is for one key: a new key waits again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from service.declared.models import DeclaredRow
from service.declared.store import Declarations
from service.desks.last_made import LastMade
from service.desks.member import Member, Standing, VouchRefused
from service.desks.models import RosterRow
from service.desks.word import Word
from service.keys.models import PersonalKeyRow
from service.keys.store import Keys, PersonalKey
from service.rows import Blobs, Wanted, ask, find
from service.vault import Json, Vault

_ROW: Final = "roster"
OPERATOR: Final = 0
"""Stands for the operators, where the central id of who vouched is kept."""


@dataclass(frozen=True)
class _Opened:
    """Rows of a desk, what is in them, and the keys of the members' other rows."""

    rows: Blobs
    values: Sequence[Json]
    owners: Mapping[bytes, int]
    declaring: Sequence[bytes]

    def wanted(self, others: Iterable[bytes] = ()) -> tuple[Wanted, Wanted]:
        """The members' other rows, and personal keys of ``others``."""
        keys = dict.fromkeys((*self.owners, *others))
        return Wanted(PersonalKeyRow, tuple(keys)), Wanted(DeclaredRow, tuple(self.declaring))


_NOBODY: Final = _Opened((), (), {}, ())


class Roster:
    """The roster of every desk, in the database."""

    def __init__(self, vault: Vault, keys: Keys, declared: Declarations) -> None:
        self.vault = vault
        self.keys = keys
        self.declared = declared
        self._opened: dict[str, _Opened] = {}
        self._known = LastMade[tuple[Member, ...]]()

    def members(self, session: Session, desk: str) -> list[Member]:
        """Everybody on the roster of ``desk``, by name."""
        return self._members(session, desk)[0]

    def readers(self, session: Session, desk: str) -> list[Member]:
        """Those of them whose keys get boxes."""
        return [m for m in self.members(session, desk) if m.standing is Standing.READER]

    def readers_and_key(
        self, session: Session, desk: str, central_id: int
    ) -> tuple[list[Member], PersonalKey | None]:
        """The readers, and the key of a person who seals to them and to himself."""
        members, keys = self._members(session, desk, central_id)
        readers = [one for one in members if one.standing is Standing.READER]
        return readers, keys.get(central_id)

    def wanted(self, desk: str, central_id: int) -> tuple[Wanted, ...]:
        """What ``readers_and_key`` asks, as long as the roster is the one of last time."""
        opened = self._opened.get(desk, _NOBODY)
        return self._wanted(desk, opened, self.keys.owners([central_id]))

    def member(self, session: Session, desk: str, central_id: int) -> Member | None:
        row = find(session, RosterRow, self.label(desk, central_id))
        if row is None:
            return None
        opened = self._open([(row.label, row.blob)])
        return self._read(desk, opened, *ask(session, *opened.wanted()))[0]

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
        blob = self.vault.seal(RosterRow.blob, label, member.to_json())
        session.merge(RosterRow(label=label, desk=member.desk, blob=blob))

    def _members(
        self, session: Session, desk: str, *also: int
    ) -> tuple[list[Member], dict[int, PersonalKey]]:
        """Everybody on the roster by name, and the keys of ``also``: with one question to the
        database, however many they are, as long as the roster is the one of last time.
        """
        others = self.keys.owners(also)
        opened = self._opened.get(desk, _NOBODY)
        rows, keys, declared = ask(session, *self._wanted(desk, opened, others))
        if rows != opened.rows:
            self._opened[desk] = opened = self._open(rows)
            keys, declared = ask(session, *opened.wanted(others))
        theirs = [row for row in keys if row[0] in opened.owners]
        members = self._known.of(
            desk, (rows, theirs, declared), lambda: self._read(desk, opened, theirs, declared)
        )
        read = self.keys.read
        return list(members), {others[key]: read(key, blob) for key, blob in keys if key in others}

    def _wanted(self, desk: str, opened: _Opened, others: Iterable[bytes]) -> tuple[Wanted, ...]:
        return Wanted(RosterRow, (desk,), by="desk"), *opened.wanted(others)

    def _open(self, rows: Blobs) -> _Opened:
        values = [self.vault.open(RosterRow.blob, label, blob) for label, blob in rows]
        people = [value["central_id"] for value in values]
        return _Opened(rows, values, self.keys.owners(people), self.declared.owners(people))

    def _read(self, desk: str, opened: _Opened, keys: Blobs, declared: Blobs) -> tuple[Member, ...]:
        key_of = {opened.owners[owner]: self.keys.read(owner, blob) for owner, blob in keys}
        declared_by = dict(self.declared.read(owner, blob) for owner, blob in declared)
        members = [
            Member.from_json(desk, value, key_of.get(one), declared_by.get(one, ()))
            for value in opened.values
            for one in (value["central_id"],)
        ]
        return tuple(sorted(members, key=lambda one: one.name.casefold()))
