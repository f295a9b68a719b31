# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person does with the own key: each with an entry in the audit of every desk that it
matters to. A reporter's key is nobody's business: such acts leave no entry.

The caller has seen the proof that each of these wants, and holds a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from service.audit.journal import Act, Entry
from service.domain import Domain
from service.keys.offered import Offered, OfferedWrap
from service.keys.store import KeyRefused, PersonalKey


@dataclass(frozen=True)
class Owner:
    """Whose key it is; ``desks`` (keys) are those where the person is a functionary."""

    central_id: int
    desks: Iterable[str]
    today: date


def register(domain: Domain, session: Session, owner: Owner, offered: Offered) -> PersonalKey:
    """Keep a person's first key, after possession was proved. Raises KeyRefused.

    A functionary's key opens nothing yet: a colleague has to vouch for it.
    """
    key = domain.keys.register(
        session, owner.central_id, offered.recipient, offered.wraps, owner.today
    )
    _note(domain, session, owner, Act.KEY_MADE, key.fingerprint)
    return key


def change(
    domain: Domain, session: Session, owner: Owner, before: bytes, offered: Offered
) -> PersonalKey:
    """Put a new key in place of the one with the id ``before``, after possession of both was
    proved. What was sealed to that one opens by the keyring. Raises KeyRefused.

    A functionary's new key waits for a vouch again, as a first one does.
    """
    key = domain.keys.change(
        session,
        owner.central_id,
        before,
        offered.recipient,
        offered.wraps,
        offered.keyring,
        owner.today,
    )
    _note(domain, session, owner, Act.KEY_CHANGED, key.fingerprint)
    return key


def start_over(domain: Domain, session: Session, owner: Owner, offered: Offered) -> PersonalKey:
    """A new key for somebody who lost everything that opened the old one. Raises KeyRefused."""
    key = domain.keys.start_over(
        session, owner.central_id, offered.recipient, offered.wraps, owner.today
    )
    _note(domain, session, owner, Act.KEY_LOST, key.fingerprint)
    return key


def add_wrap(domain: Domain, session: Session, owner: Owner, offered: OfferedWrap) -> None:
    """One more way to unlock the key, or another in place of one. Raises KeyRefused."""
    wrap = offered.wrap(owner.today)
    domain.keys.add_wrap(session, owner.central_id, wrap, offered.instead)
    _note(domain, session, owner, Act.WRAP_ADDED, offered.kind.value)


def remove_wrap(domain: Domain, session: Session, owner: Owner, wrap_id: bytes) -> None:
    """One way less. Raises KeyRefused."""
    removed = domain.keys.remove_wrap(session, owner.central_id, wrap_id)
    _note(domain, session, owner, Act.WRAP_REMOVED, removed.kind.value)


def note_export(domain: Domain, session: Session, owner: Owner) -> None:
    """The browser is about to write the plain key into a file."""
    key = domain.keys.of(session, owner.central_id)
    if key is None:
        raise KeyRefused("keys-error-none")
    _note(domain, session, owner, Act.KEY_EXPORTED, key.fingerprint)


def finish_reboxing(domain: Domain, session: Session, owner: Owner) -> PersonalKey:
    """Nothing is sealed to the earlier keys any more: they leave the keyring."""
    key = domain.keys.empty_keyring(session, owner.central_id)
    _note(domain, session, owner, Act.KEY_REBOXED, key.fingerprint)
    return key


def _note(domain: Domain, session: Session, owner: Owner, act: Act, reason: str) -> None:
    for desk in sorted(owner.desks):
        entry = Entry(desk, act, owner.central_id, owner.today, str(owner.central_id), reason)
        domain.journal.record(session, entry)
