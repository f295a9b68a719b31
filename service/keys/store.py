# SPDX-License-Identifier: AGPL-3.0-or-later
"""Personal keys: registering with proof of possession, changing, reading, wraps.

The identity is made in the browser. What arrives here is its recipient and the wrapped identity;
the server can seal to the key and never open with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.ids import new_id
from service.keys.models import KeyWrapRow, PersonalKeyRow
from service.keys.personal_key import PersonalKey, fingerprint
from service.keys.wrapping import (
    MOST_KEPT,
    KeyRefused,
    Wrap,
    WrapKind,
    require_enough,
    require_keyring,
    require_wrap,
)
from service.rows import find
from service.vault import Vault

__all__ = [
    "KeyRefused",
    "Keys",
    "PersonalKey",
    "Wrap",
    "WrapKind",
    "fingerprint",
]

_OWNER: Final = "personal-key"

Wrapped = Sequence[tuple[WrapKind, bytes]]
"""Wraps as they are offered with a new key: kind and age file."""


class Keys:
    """Personal keys in the database."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def of(self, session: Session, central_id: int, *, lock: bool = False) -> PersonalKey | None:
        """The current key of a person; ``lock`` keeps it as it is till the transaction ends."""
        owner = self._owner(central_id)
        row = find(session, PersonalKeyRow, owner, lock=lock)
        return None if row is None else self.read(owner, row.blob)

    def owners(self, people: Iterable[int]) -> dict[bytes, int]:
        """The keys of people's rows, each with its central id."""
        return {self._owner(central_id): central_id for central_id in people}

    def read(self, owner: bytes, blob: bytes) -> PersonalKey:
        """What such a row holds."""
        return PersonalKey.from_json(self.vault.open(PersonalKeyRow.blob, owner, blob))

    def register(
        self, session: Session, central_id: int, recipient: str, wraps: Wrapped, today: date
    ) -> PersonalKey:
        """A person's first key with its wraps, after possession was proved.

        Raises KeyRefused when there is one already (changing keys is an act of its own), or when
        a wrap is not a small age file.
        """
        owner = self._owner(central_id)
        if session.get(PersonalKeyRow, owner) is not None:
            raise KeyRefused("keys-error-exists")
        key_id = new_id()
        key = PersonalKey(key_id, recipient, today, key_id)
        session.add(PersonalKeyRow(owner=owner, blob=self._sealed(owner, key)))
        try:
            session.flush()
        except IntegrityError:  # made in another tab at the same time
            raise KeyRefused("keys-error-exists") from None
        self._put_wraps(session, owner, wraps, today)
        return key

    def change(
        self,
        session: Session,
        central_id: int,
        before: bytes,
        recipient: str,
        wraps: Wrapped,
        keyring: bytes,
        today: date,
    ) -> PersonalKey:
        """Another key in place of the one with the id ``before``, after possession of both was
        proved. ``keyring`` holds the identities that opened so far, sealed to the new key.

        Raises KeyRefused when the key is another one by now, when the new one is the old one, or
        the keyring is full or none.
        """
        old = self._locked(session, central_id)
        if old.id != before or old.recipient == recipient:
            raise KeyRefused("keys-error-changed")
        if len(old.opening) > MOST_KEPT:
            raise KeyRefused("keys-error-keyring-full")
        require_keyring(keyring)
        key = PersonalKey(new_id(), recipient, today, old.first, old.opening, keyring)
        self._replace(session, central_id, key, wraps, today)
        return key

    def start_over(
        self, session: Session, central_id: int, recipient: str, wraps: Wrapped, today: date
    ) -> PersonalKey:
        """Another key for somebody who can open the old one no more: what is sealed to that stays
        closed. Raises KeyRefused.
        """
        old = self._locked(session, central_id)
        if old.recipient == recipient:
            raise KeyRefused("keys-error-changed")
        key = PersonalKey(new_id(), recipient, today, old.first)
        self._replace(session, central_id, key, wraps, today)
        return key

    def empty_keyring(self, session: Session, central_id: int) -> PersonalKey:
        """Let the earlier identities go: nothing is sealed to them any more."""
        key = replace(self._locked(session, central_id), kept=(), keyring=None)
        self._save(session, self._owner(central_id), key)
        return key

    def add_wrap(
        self,
        session: Session,
        central_id: int,
        wrap: Wrap,
        instead: bytes | None = None,
    ) -> None:
        """One more way to unlock the key; ``instead`` names the wrap of the same kind whose place
        it takes. The caller has seen a proof of possession. Raises KeyRefused.
        """
        require_wrap(wrap.kind, wrap.file, wrap.hint)
        self._locked(session, central_id)
        had = {one.id: one for one in self.wraps(session, central_id)}
        replaced = had.pop(instead, None) if instead is not None else None
        if instead is not None and (replaced is None or replaced.kind is not wrap.kind):
            raise KeyRefused("keys-error-wrap-gone")
        require_enough([*(one.kind for one in had.values()), wrap.kind])
        owner = self._owner(central_id)
        if replaced is not None:
            self._drop(session, owner, replaced.id)
        session.add(self._wrap_row(owner, wrap))

    def remove_wrap(self, session: Session, central_id: int, wrap_id: bytes) -> Wrap:
        """One way less. Raises KeyRefused when it is not there, or no wrap that lasts would be
        left.
        """
        self._locked(session, central_id)
        had = {one.id: one for one in self.wraps(session, central_id)}
        removed = had.pop(wrap_id, None)
        if removed is None:
            raise KeyRefused("keys-error-wrap-gone")
        require_enough([one.kind for one in had.values()])
        self._drop(session, self._owner(central_id), wrap_id)
        return removed

    def wraps(self, session: Session, central_id: int) -> list[Wrap]:
        """The ways in which a person can unlock the own key."""
        owner = self._owner(central_id)
        rows = session.scalars(select(KeyWrapRow).where(KeyWrapRow.owner == owner))
        found = [
            Wrap.from_json(row.id, self.vault.open(KeyWrapRow.blob, row.id, row.blob))
            for row in rows
        ]
        return sorted(found, key=lambda wrap: (wrap.made, wrap.kind, wrap.id))

    def _owner(self, central_id: int) -> bytes:
        return self.vault.person(_OWNER, central_id)

    def _locked(self, session: Session, central_id: int) -> PersonalKey:
        """The key, under its row's lock. Raises KeyRefused where there is none."""
        key = self.of(session, central_id, lock=True)
        if key is None:
            raise KeyRefused("keys-error-none")
        return key

    def _replace(
        self, session: Session, central_id: int, key: PersonalKey, wraps: Wrapped, today: date
    ) -> None:
        owner = self._owner(central_id)
        session.execute(delete(KeyWrapRow).where(KeyWrapRow.owner == owner))
        self._save(session, owner, key)
        self._put_wraps(session, owner, wraps, today)

    def _save(self, session: Session, owner: bytes, key: PersonalKey) -> None:
        session.get_one(PersonalKeyRow, owner).blob = self._sealed(owner, key)

    def _sealed(self, owner: bytes, key: PersonalKey) -> bytes:
        return self.vault.seal(PersonalKeyRow.blob, owner, key.to_json())

    def _put_wraps(self, session: Session, owner: bytes, wraps: Wrapped, today: date) -> None:
        require_enough([kind for kind, _file in wraps])
        for kind, file in wraps:
            require_wrap(kind, file)
            session.add(self._wrap_row(owner, Wrap(new_id(), kind, file, today)))

    def _wrap_row(self, owner: bytes, wrap: Wrap) -> KeyWrapRow:
        blob = self.vault.seal(KeyWrapRow.blob, wrap.id, wrap.to_json())
        return KeyWrapRow(id=wrap.id, owner=owner, blob=blob)

    def _drop(self, session: Session, owner: bytes, wrap_id: bytes) -> None:
        session.execute(
            delete(KeyWrapRow).where(KeyWrapRow.id == wrap_id, KeyWrapRow.owner == owner)
        )
