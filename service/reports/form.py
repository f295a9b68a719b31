# SPDX-License-Identifier: AGPL-3.0-or-later
"""A filled form: what was posted in the open, what was sealed, and what is wrong with it. Pure."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from onwiki.names import mentions
from service.desks.desk import FEWEST_READERS
from service.desks.member import Member
from service.keys.personal_key import PersonalKey
from service.reports.hold import CHOICES
from service.reports.record import MOST_ACCOUNTS, MOST_LINKS, Contact
from service.sealing import age
from service.sealing.posted import require_box, require_part

LONGEST_NARRATIVE: Final = 64 * 1024
"""Bytes of UTF-8. The browser counts and says so; here only the sealed size can be checked."""

LONGEST_NAME: Final = 255
"""Bytes of a user name (MediaWiki: a title)."""

LARGEST_SEALED: Final = LONGEST_NARRATIVE + 3 * 4096


class Wish(enum.StrEnum):
    """What the reporter would like to happen."""

    RECORD = "record"
    ADVICE = "advice"
    COMBINE = "combine"
    ACT = "act"


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field. ``message_key`` and ``values`` make the sentence at it."""

    field: str
    message_key: str
    values: Mapping[str, str | int | date] = dataclasses.field(default_factory=dict)


class FilingRefused(Exception):
    """Nothing was written; every field that needs another look is named."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(", ".join(error.message_key for error in errors))
        self.errors = tuple(errors)


@dataclass(frozen=True)
class Reporter:
    """Who files: the signed-in account. ``key`` is the own personal key, if any."""

    central_id: int
    name: str
    key: PersonalKey | None
    review: bool
    voice: bool = False
    """Whether the report counts for the holds of others (``service.reports.voice``)."""


@dataclass(frozen=True)
class Posted:
    """The open part of a filing, as posted."""

    accounts: tuple[str, ...]
    links: tuple[str, ...]
    context: str | None
    """dbname of the wiki that bare wikitext links are read on."""
    wishes: str
    contact: str
    left_out: frozenset[int]
    captions: tuple[str, ...] = ()
    """The words beside each link, as the form showed them; none, or as many as links."""
    hold: str = ""
    """How many people the report waits for; empty for none."""


@dataclass(frozen=True)
class SealedFiling:
    """The sealed part of a filing: made by the browser, or by ``service.reports.plain``."""

    recipient: str
    narrative: bytes
    boxes: Mapping[int, bytes]


@dataclass(frozen=True)
class FilledForm:
    """All of a filing. ``id`` was given (and signed) by the page: it becomes the report's."""

    id: bytes
    reporter: Reporter
    posted: Posted
    sealed: SealedFiling


@dataclass(frozen=True)
class Readers:
    """Who may get a box: the readers of the desk, less those named and those left out."""

    asked: tuple[Member, ...]
    named: frozenset[int]
    left_out: frozenset[int]


def check_posted(posted: Posted) -> list[FieldError]:
    """What is wrong with the open fields. A link that is not understood is kept, and no error."""
    errors: list[FieldError] = []
    if len(posted.accounts) > MOST_ACCOUNTS:
        errors.append(
            FieldError("accounts", "reports-error-accounts-many", {"most": MOST_ACCOUNTS})
        )
    if any(len(name.encode()) > LONGEST_NAME for name in posted.accounts):
        errors.append(FieldError("accounts", "reports-error-account-long"))
    if len(posted.links) > MOST_LINKS:
        errors.append(
            FieldError(
                "links",
                "reports-error-links-many",
                {"most": MOST_LINKS, "count": len(posted.links)},
            )
        )
    if posted.captions and len(posted.captions) != len(posted.links):
        errors.append(FieldError("links", "reports-error-choice"))
    if posted.wishes not in set(Wish):
        errors.append(FieldError("wishes", "reports-error-choice"))
    if posted.contact not in set(Contact):
        errors.append(FieldError("contact", "reports-error-choice"))
    if posted.hold not in {"", *map(str, CHOICES)}:
        errors.append(FieldError("hold", "reports-error-choice"))
    elif posted.hold and not posted.accounts:
        errors.append(FieldError("hold", "reports-error-hold-nobody"))
    return errors


def choose_readers(
    readers: Sequence[Member], accounts: Sequence[str], left_out: frozenset[int]
) -> Readers:
    """Who is asked to read: never an account that the report names, nor one that is left out.

    Browser and server agree on it, so it follows from what the form knows: names, and accounts that
    readers declared in public. Who declared one in private gets a box until the report is folded.
    """
    named = frozenset(
        m.central_id
        for m in readers
        if any(mentions(text, name) for text in accounts for name in m.names)
    )
    out = frozenset(m.central_id for m in readers if m.central_id in left_out)
    asked = tuple(m for m in readers if m.central_id not in named | out)
    return Readers(asked, named, out)


def check_sealed(sealed: SealedFiling, chosen: Readers, reporter: Reporter) -> list[FieldError]:
    """What is wrong with the sealed fields.

    A filing whose boxes lack a reader who was not left out is refused, and so is one with a box
    too many: the browser and the server must agree on who reads.
    """
    errors: list[FieldError] = []
    if len(chosen.asked) < FEWEST_READERS:
        errors.append(
            FieldError("left_out", "reports-error-readers-few", {"fewest": FEWEST_READERS})
        )
    expected = {member.central_id for member in chosen.asked}
    if reporter.key is not None and reporter.central_id in sealed.boxes:
        expected.add(reporter.central_id)
    if set(sealed.boxes) != expected:
        errors.append(FieldError("form", "reports-error-readers-changed"))
    try:
        age.parse_recipient(sealed.recipient)
        if len(sealed.narrative) > LARGEST_SEALED:
            errors.append(
                FieldError(
                    "narrative", "reports-error-narrative-long", {"kib": LONGEST_NARRATIVE // 1024}
                )
            )
        require_part(sealed.narrative)
        for box in sealed.boxes.values():
            require_box(box)
    except (age.InvalidRecipient, age.NotAnAgeFile):
        errors.append(FieldError("form", "reports-error-sealed"))
    return errors
