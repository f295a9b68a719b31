# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filing a report: what was posted is checked field by field, sealed and written in one go.

The browser seals what only people know (the narrative) and makes the boxes. The server seals what
was posted in the open so that it can be checked (accounts, links, wishes), and who filed it. The
work is the same whatever else is on file: rows of the report's own, and one row of the queue.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from onwiki.links import Reference, Rejection, ShortLink, recognise, render
from onwiki.names import mentions
from onwiki.wikis import WikiList
from service.cases.visible import name_value
from service.desks.configuration import FEWEST_READERS, Desk
from service.desks.intake import Intake
from service.desks.member import Member
from service.desks.rows import EVERYWHERE
from service.keys.personal_key import PersonalKey
from service.matching.tokens import Kind, MatchKeys, derive
from service.queue.jobs import JobKind, Queue
from service.reports.cited import cited
from service.reports.hold import CHOICES, Hold
from service.reports.record import (
    MOST_ACCOUNTS,
    MOST_LINKS,
    Contact,
    Link,
    LinkState,
    Membership,
    Meta,
    Report,
)
from service.reports.store import Reports, seal_part
from service.retention.erasures import Erasures
from service.sealing import age
from service.sealing.at_rest import TooLarge
from service.sealing.posted import require_box, require_part
from service.vault import Vault

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
class Filed:
    """What came of a form: the report with that ``id``; not ``new`` when it was posted before."""

    id: bytes
    new: bool


@dataclass(frozen=True)
class Readers:
    """Who may get a box: the readers of the desk, less those named and those left out."""

    asked: tuple[Member, ...]
    named: frozenset[int]
    left_out: frozenset[int]


class Filing:
    """The act of filing at one desk."""

    def __init__(
        self,
        vault: Vault,
        reports: Reports,
        queue: Queue,
        wikis: WikiList,
        erasures: Erasures,
        intake: Intake,
    ) -> None:
        self.vault = vault
        self.reports = reports
        self.queue = queue
        self.wikis = wikis
        self.erasures = erasures
        self.intake = intake

    def file(
        self,
        session: Session,
        desk: Desk,
        readers: Sequence[Member],
        form: FilledForm,
        now: datetime,
    ) -> Filed:
        """Write the report. The same form posted twice is one report.

        Raises FilingRefused.
        """
        known = self.reports.get(session, form.id)
        if known is not None:
            if known.meta.reporter != self.reporter_token(form.reporter.central_id):
                raise FilingRefused([FieldError("form", "reports-error-form")])
            return Filed(known.id, new=False)
        if self.erasures.has(session, form.id):
            # Sent once more after it was withdrawn, by a page that is still open.
            raise FilingRefused([FieldError("form", "reports-error-withdrawn")])
        if not desk.staffed or self.intake.paused_on(session, desk.key) is not None:
            closed, elsewhere = "reports-error-desk-closed", "reports-error-desk-closed-elsewhere"
            key = elsewhere if desk.elsewhere else closed
            raise FilingRefused([FieldError("form", key, {"elsewhere": desk.elsewhere})])
        posted, sealed = form.posted, form.sealed
        errors = check_posted(posted)
        chosen = choose_readers(readers, posted.accounts, posted.left_out)
        errors += check_sealed(sealed, chosen, form.reporter)
        if errors:
            raise FilingRefused(errors)
        references = [recognise(link, self.wikis, posted.context) for link in posted.links]
        meta = self._meta(form, desk.key, references, chosen)
        report = Report(form.id, desk.key, now.date(), sealed.recipient, meta)
        payload = {
            "report": form.id.hex(),
            "accounts": list(posted.accounts),
            "references": [render(reference) for reference in references],
        }
        try:
            self.queue.put(session, JobKind.ARRIVE, payload, now, now, first=True)
        except TooLarge:
            # The most and longest of all fit; what JSON writes in several letters does not.
            raise FilingRefused([FieldError("links", "reports-error-links-long")]) from None
        self._write(session, report, form, references, _keys(chosen.asked, form.reporter))
        return Filed(form.id, new=True)

    def reporter_token(self, central_id: int) -> bytes:
        """The multimap token of a person's own reports."""
        return derive(self.vault.match_keys, EVERYWHERE, Kind.REPORTER, str(central_id))

    def _meta(
        self,
        form: FilledForm,
        desk: str,
        references: Sequence[Reference | Rejection],
        chosen: Readers,
    ) -> Meta:
        accounts = form.posted.accounts
        return Meta(
            reporter=self.reporter_token(form.reporter.central_id),
            # Until the worker has asked who they are: a backup has the queue's names not.
            memberships=typed_memberships(self.vault.match_keys, desk, accounts),
            hidden_from=chosen.named | chosen.left_out,
            boxes=frozenset(form.sealed.boxes),
            contact=Contact(form.posted.contact),
            review=form.reporter.review,
            links=tuple(link_of(reference) for reference in references),
            hold=Hold(int(form.posted.hold)) if form.posted.hold else None,
            voice=form.reporter.voice,
        )

    def _write(
        self,
        session: Session,
        report: Report,
        form: FilledForm,
        references: Sequence[Reference | Rejection],
        keys: Mapping[int, PersonalKey],
    ) -> None:
        reports, reporter = self.reports, form.reporter
        reports.add(session, report)
        said = {
            "facts": self._facts(form.posted, references, report),
            "identity": {"central_id": reporter.central_id, "name": reporter.name},
        }
        parts = {
            name: seal_part(report.recipient, report.id, name, body) for name, body in said.items()
        }
        reports.put_parts(session, report.id, {"narrative": form.sealed.narrative, **parts})
        reports.add_boxes(session, report.id, form.sealed.boxes, keys)

    def _facts(
        self, posted: Posted, references: Sequence[Reference | Rejection], report: Report
    ) -> dict[str, Any]:
        return {
            "accounts": list(posted.accounts),
            "links": cited(
                self.vault, self.wikis, report.id, posted.links, posted.captions, references
            ),
            "wishes": posted.wishes,
            "filed": report.day.isoformat(),
        }


def _keys(readers: Iterable[Member], reporter: Reporter) -> dict[int, PersonalKey]:
    """The keys that boxes are sealed to, by central id."""
    keys = {one.central_id: one.key for one in readers if one.key is not None}
    return keys if reporter.key is None else {**keys, reporter.central_id: reporter.key}


def typed_memberships(
    keys: MatchKeys, desk: str, accounts: Sequence[str]
) -> tuple[Membership, ...]:
    """The cases that a report would be in if its accounts were called as they were typed."""
    values = dict.fromkeys(name_value(typed) for typed in accounts)
    return tuple(
        Membership(Kind.ACCOUNT, derive(keys, desk, Kind.ACCOUNT, value)) for value in values
    )


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


def link_of(reference: Reference | Rejection) -> Link:
    """How a pasted link begins: waiting for its wiki, or kept as it was pasted."""
    match reference:
        case Rejection():
            return Link(None, LinkState.NOT_EVIDENCE)
        case ShortLink():  # the worker finds out on which wiki it is
            return Link(None, LinkState.WAITING)
        case _:
            return Link(reference.wiki, LinkState.WAITING)
