# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filing a report: what was posted is checked field by field, sealed and written in one go.

The browser seals what only people know (the narrative) and makes the boxes. The server seals what
was posted in the open so that it can be checked (accounts, links, wishes), and who filed it. The
work is the same whatever else is on file: rows of the report's own, and one row of the queue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from onwiki.links import Reference, Rejection, ShortLink, recognise, render
from onwiki.wikis import WikiList
from service.cases.visible import name_value
from service.desks.desk import Desk
from service.desks.intake import Intake
from service.desks.member import Member
from service.desks.rows import EVERYWHERE
from service.keys.personal_key import PersonalKey
from service.matching.tokens import Kind, MatchKeys, derive
from service.queue.jobs import JobKind, Queue
from service.reports.cited import cited
from service.reports.form import (
    FieldError,
    FilingRefused,
    FilledForm,
    Posted,
    Readers,
    Reporter,
    check_posted,
    check_sealed,
    choose_readers,
)
from service.reports.hold import Hold
from service.reports.record import (
    Contact,
    Link,
    LinkState,
    Membership,
    Meta,
    Report,
)
from service.reports.store import Reports, seal_part
from service.retention.erasures import Erasures
from service.rows import Wanted, ask
from service.sealing.at_rest import TooLarge
from service.vault import Vault


@dataclass(frozen=True)
class Filed:
    """What came of a form: the report with that ``id``; not ``new`` when it was posted before."""

    id: bytes
    new: bool


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
        filed, erased, closed = ask(session, *self.wanted(form.id, desk))
        known = self.reports.get(session, form.id) if filed else None
        if known is not None:
            if known.meta.reporter != self.reporter_token(form.reporter.central_id):
                raise FilingRefused([FieldError("form", "reports-error-form")])
            return Filed(known.id, new=False)
        if erased or filed:
            # Sent once more after it was withdrawn (just now), by a page that is still open.
            raise FilingRefused([FieldError("form", "reports-error-withdrawn")])
        if not desk.staffed or closed:
            here, elsewhere = "reports-error-desk-closed", "reports-error-desk-closed-elsewhere"
            key = elsewhere if desk.elsewhere else here
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

    def wanted(self, form_id: bytes, desk: Desk) -> tuple[Wanted, Wanted, Wanted]:
        """What ``file`` asks: whether that report is there, whether it was erased, and whether the
        desk is closed.
        """
        return (
            self.reports.entry(form_id),
            self.erasures.entry(form_id),
            self.intake.closed(desk.key),
        )

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


def link_of(reference: Reference | Rejection) -> Link:
    """How a pasted link begins: waiting for its wiki, or kept as it was pasted."""
    match reference:
        case Rejection():
            return Link(None, LinkState.NOT_EVIDENCE)
        case ShortLink():  # the worker finds out on which wiki it is
            return Link(None, LinkState.WAITING)
        case _:
            return Link(reference.wiki, LinkState.WAITING)
