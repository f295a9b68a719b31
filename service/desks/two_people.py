# SPDX-License-Identifier: AGPL-3.0-or-later
"""What takes two people: the first gives a word, and the act is done with the second's.

Who may speak is decided by the callers (service.desks.first_keys, service.desks.removing).
"""

from __future__ import annotations

import enum
from datetime import date

from sqlalchemy.orm import Session

from service.desks.member import Member, VouchRefused
from service.desks.word import Voice, Word, WordKind, name_mark
from service.domain import Domain


class Step(enum.Enum):
    """How far an act is after somebody spoke."""

    PROPOSED = "proposed"
    DONE = "done"


def speak(
    domain: Domain, session: Session, member: Member, kind: WordKind, voice: Voice, today: date
) -> Step:
    """Keep the word of ``voice``, or find that it is the second one: then the caller acts.

    The caller holds the desk. Raises VouchRefused for a second word of the same person.
    """
    assert member.key is not None  # noqa: S101 - callers refuse members without a key
    vault, key = domain.vault, member.key.id
    word = member.word
    if word is None or not word.holds(kind, key, today):
        mark = name_mark(vault, voice.name)
        domain.roster.keep_word(session, member, Word(kind, voice.central_id, mark, today, key))
        return Step.PROPOSED
    if word.is_of(vault, voice):
        raise VouchRefused("desks-two-error-same")
    return Step.DONE


def word_about(member: Member, kind: WordKind, today: date) -> Word | None:
    """The word that waits for a second one, if it still holds."""
    if member.word is None or member.key is None:
        return None
    return member.word if member.word.holds(kind, member.key.id, today) else None
