# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two ways to file, from posted fields to a report: sealed in the browser, or sealed here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from onwiki.notices.timetable import Rhythm
from service.attachments.store import Attaching
from service.desks.desk import Desk
from service.notices.recipients import recipient_of, reminder_wiki
from service.quota.quota import Allowance, QuotaUsed
from service.reports.form import (
    FieldError,
    FilingRefused,
    FilledForm,
    Posted,
    Reporter,
    SealedFiling,
    check_posted,
    choose_readers,
)
from service.reports.form_ids import BadFormId, FormIds
from service.reports.intake import (
    Fields,
    Typed,
    first,
    numbers_of,
    posted_of_plain,
    posted_of_script,
    rhythm_of,
    sealed_of,
)
from service.reports.plain import seal_here
from service.reports.voice import is_voice
from service.rows import ask_ahead
from service.services import Services
from service.sessions.person import Person

Count = Callable[[Session], None]
Remember = Callable[[Session, bytes], None]


class Filer:
    """Files for one person at one desk. ``lang`` says the language of the person's reminders.
    ``count`` and ``remember`` are of the transaction that writes: the first thing in it, and the
    last, with the report's id.
    """

    def __init__(
        self,
        services: Services,
        desk: Desk,
        person: Person,
        lang: Callable[[], str],
        remember: Remember,
        count: Count = lambda _session: None,
    ) -> None:
        self.services = services
        self.desk = desk
        self.person = person
        self.lang = lang
        self.remember = remember
        self.count = count

    def file_sealed(self, fields: Fields, narrative: bytes, manifest: bytes = b"") -> bytes:
        """File what a browser sealed; the report's id. ``manifest``: the sealed list of the files
        that were uploaded before. Raises FilingRefused.
        """
        form_id = self._form_id(fields)
        posted = posted_of_script(fields, self.services.wikis)
        sealed = sealed_of(fields, narrative)
        rhythm = rhythm_of(first(fields, "reminders"))
        attaching = Attaching(numbers_of(fields, "attachment"), manifest)
        return self._file(form_id, posted, sealed, rhythm, attaching)

    def file_plain(self, fields: Fields, typed: Typed) -> bytes:
        """Seal what was typed and file it; the report's id. Raises FilingRefused."""
        form_id = self._form_id(fields)
        rhythm = rhythm_of(typed.reminders)
        posted = posted_of_plain(typed, self.services.wikis)
        errors = check_posted(posted)
        sealed: SealedFiling | None = None
        try:
            sealed = self._seal(form_id, posted, typed.narrative)
        except FilingRefused as refused:
            errors += refused.errors
        if errors or sealed is None:
            raise FilingRefused(errors)
        return self._file(form_id, posted, sealed, rhythm)

    def _form_id(self, fields: Fields) -> bytes:
        ids = FormIds(self.services.config.secret_key)
        try:
            return ids.read(first(fields, "form_id"), self.person.central_id, self.desk.key)
        except BadFormId:
            raise FilingRefused([FieldError("form", "reports-error-form")]) from None

    def _seal(self, form_id: bytes, posted: Posted, narrative: str) -> SealedFiling:
        domain = self.services.domain
        with self.services.database.read() as session:
            readers, own = domain.roster.readers_and_key(
                session, self.desk.key, self.person.central_id
            )
        asked = choose_readers(readers, posted.accounts, posted.left_out).asked
        recipients = {reader.central_id: reader.recipient for reader in asked}
        if own is not None:
            recipients[self.person.central_id] = own.recipient
        return seal_here(form_id, narrative, recipients)

    def _file(
        self,
        form_id: bytes,
        posted: Posted,
        sealed: SealedFiling,
        rhythm: Rhythm | None,
        attaching: Attaching = Attaching(),  # noqa: B008 - frozen
    ) -> bytes:
        services, person = self.services, self.person
        domain, now = services.domain, services.clock()
        wiki = reminder_wiki(person, services.wikis, services.config.oauth_wiki)
        if rhythm is not None and wiki is None:
            raise FilingRefused([FieldError("reminders", "notices-nowhere")])
        # Anew for the person's first report from two tabs at once, or the same form posted twice.
        filed = services.database.write_anew(
            lambda session: self._write(session, form_id, posted, sealed, now, attaching)
        )
        # A transaction of its own: a subscription is the same with and without a report.
        if rhythm is not None and wiki is not None:
            recipient = recipient_of(person, wiki, self.lang())
            services.database.write_anew(
                lambda session: domain.subscriptions.subscribe(session, recipient, rhythm, now)
            )
        return filed

    def _write(
        self,
        session: Session,
        form_id: bytes,
        posted: Posted,
        sealed: SealedFiling,
        now: datetime,
        attaching: Attaching,
    ) -> bytes:
        person, domain = self.person, self.services.domain
        self.count(session)
        ask_ahead(
            session,
            *domain.filing.wanted(form_id, self.desk),
            *domain.roster.wanted(self.desk.key, person.central_id),
            domain.quota.counter(person.central_id),
            domain.attachments.uploads(person.central_id),
        )
        readers, key = domain.roster.readers_and_key(session, self.desk.key, person.central_id)
        reporter = Reporter(
            central_id=person.central_id,
            name=person.name,
            key=key,
            review=person.review,
            voice=is_voice(person, self.desk, now),
        )
        form = FilledForm(form_id, reporter, posted, sealed)
        filed = domain.filing.file(session, self.desk, readers, form, now)
        if filed.new:
            self._count(session, now.date())
            domain.attachments.keep(session, person.central_id, filed.id, attaching, now.date())
        self.remember(session, filed.id)
        return filed.id

    def _count(self, session: Session, today: date) -> None:
        """Count one more report of this person. Raises FilingRefused."""
        allowance = Allowance.of(self.services.config)
        try:
            self.services.domain.quota.count(session, self.person.central_id, allowance, today)
        except QuotaUsed as used:
            key = "reports-error-full-elsewhere" if self.desk.elsewhere else "reports-error-full"
            values: dict[str, str | int | date] = {
                "count": allowance.reports,
                "days": allowance.days,
                "date": used.again,
                "elsewhere": self.desk.elsewhere,
            }
            raise FilingRefused([FieldError("form", key, values)]) from None
