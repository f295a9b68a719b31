# SPDX-License-Identifier: AGPL-3.0-or-later
"""Adding to one's own report: further words, sealed to its readers, and further links.

As at filing, the browser seals the words (or, without JavaScript, the server does, and says so
first), and the server seals what was posted in the open: the links. The work is the same whatever
else is on file: rows of the report's own, and one row of the queue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from onwiki.links import Reference, Rejection, recognise, render
from onwiki.wikis import WikiList
from service.queue.jobs import JobKind, Queue
from service.reports.cited import cited
from service.reports.filing import link_of
from service.reports.form import LARGEST_SEALED, LONGEST_NARRATIVE, FieldError, FilingRefused
from service.reports.record import MOST_LINKS, Meta, Report
from service.reports.store import Reports, seal_part
from service.sealing.at_rest import TooLarge
from service.sealing.header import NotAnAgeFile
from service.sealing.posted import require_part
from service.thread.story import Event, EventKind, Story

MOST_ADDITIONS: Final = 20
"""To one report. Each is as long as a narrative at most (LONGEST_NARRATIVE)."""


@dataclass(frozen=True)
class SealedWords:
    """What a browser sealed as the part ``added-<number>``."""

    number: int
    file: bytes


@dataclass(frozen=True)
class Addition:
    """What is added. ``form`` is the id of the form; words in the clear are sealed here."""

    form: bytes
    words: SealedWords | str
    links: tuple[str, ...]
    captions: tuple[str, ...] = ()
    context: str | None = None
    """dbname of the wiki that bare wikitext links are read on."""


class Adding:
    """The act of adding."""

    def __init__(self, reports: Reports, story: Story, queue: Queue, wikis: WikiList) -> None:
        self.reports = reports
        self.story = story
        self.queue = queue
        self.wikis = wikis

    def add(self, session: Session, report_id: bytes, addition: Addition, now: datetime) -> None:
        """Add to a report of the person's own. The same form posted twice is one addition.

        Raises FilingRefused.
        """
        report = self.reports.get(session, report_id, lock=True)
        if report is None:
            raise FilingRefused([FieldError("form", "reports-error-form")])
        events = self.story.of(session, report)
        if any(one.form == addition.form for one in events):
            return
        errors = _check(report.meta, addition)
        if errors:
            raise FilingRefused(errors)
        references = [recognise(link, self.wikis, addition.context) for link in addition.links]
        payload = {
            "report": report.id.hex(),
            "references": [
                (position, render(one))
                for position, one in enumerate(references, len(report.meta.links))
            ],
        }
        try:
            self.queue.put(session, JobKind.ADD, payload, made=now, due=now)
        except TooLarge:
            raise FilingRefused([FieldError("links", "reports-error-links-long")]) from None
        self._write(session, report, addition, references, now)

    def _write(
        self,
        session: Session,
        report: Report,
        addition: Addition,
        references: Sequence[Reference | Rejection],
        now: datetime,
    ) -> None:
        reports, meta, today = self.reports, report.meta, now.date()
        name = f"added-{meta.added}"
        match addition.words:
            case SealedWords(_number, file):
                sealed = file
            case text:
                sealed = seal_part(report.recipient, report.id, name, text.encode())
        reports.put_part(session, report.id, name, sealed)
        facts = {
            "day": today.isoformat(),
            "links": cited(
                self.story.vault,
                self.wikis,
                report.id,
                addition.links,
                addition.captions,
                references,
                first=len(meta.links),
            ),
        }
        reports.seal_part(session, report, f"added-facts-{meta.added}", facts)
        links = (*meta.links, *(link_of(reference) for reference in references))
        meta = replace(meta, added=meta.added + 1, links=links)
        event = Event(EventKind.ADDED, today, form=addition.form)
        meta = self.story.append(session, report.id, meta, event)
        reports.save_meta(session, report.id, meta)


def links_left(meta: Meta) -> int:
    """How many links a report still takes."""
    return max(0, MOST_LINKS - len(meta.links))


def additions_left(meta: Meta) -> int:
    """How often it can still be added to."""
    return max(0, MOST_ADDITIONS - meta.added)


def _check(meta: Meta, addition: Addition) -> list[FieldError]:
    errors: list[FieldError] = []
    if additions_left(meta) == 0:
        errors.append(FieldError("form", "thread-error-additions-many", {"most": MOST_ADDITIONS}))
    if len(addition.links) > links_left(meta):
        values = {"left": links_left(meta), "count": len(addition.links)}
        errors.append(FieldError("links", "thread-error-links-many", values))
    if addition.captions and len(addition.captions) != len(addition.links):
        errors.append(FieldError("links", "reports-error-choice"))
    match addition.words:
        case SealedWords() as sealed:
            errors += _check_sealed(meta, sealed)
        case text:
            errors += _check_text(text, addition.links)
    return errors


def _check_sealed(meta: Meta, words: SealedWords) -> list[FieldError]:
    if words.number != meta.added:
        return [FieldError("form", "thread-error-added-meanwhile")]
    if len(words.file) > LARGEST_SEALED:
        return [_too_long()]
    try:
        require_part(words.file)
    except NotAnAgeFile:
        return [FieldError("form", "reports-error-sealed")]
    return []


def _check_text(text: str, links: Sequence[str]) -> list[FieldError]:
    if not text and not links:
        return [FieldError("narrative", "thread-error-empty")]
    return [_too_long()] if len(text.encode()) > LONGEST_NARRATIVE else []


def _too_long() -> FieldError:
    kib = LONGEST_NARRATIVE // 1024
    return FieldError("narrative", "reports-error-narrative-long", {"kib": kib})
