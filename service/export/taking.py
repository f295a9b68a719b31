# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking a case along: what a reader is handed on its page, as one file.

``Opening.open`` decides about every report, in rounds, exactly as it does for the page: what it
hands out is in the file, and the first openings are written down in its transaction, with the entry
that the report was exported. No transaction lasts longer than a round: the file may be sent for an
hour, and whoever loses a report or the desk meanwhile gets nothing more of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from service.attachments.store import AT_ONCE, Attachments
from service.audit.journal import Act, Entry, Journal
from service.cases.opening import Opening, Sealed
from service.cases.reading import Case
from service.cases.visible import Reader, visible
from service.database import Database
from service.desks.desk import Desk
from service.export import layout, readme
from service.export.layout import Exported, ExportedFile, ExportedReport, path_of
from service.export.sending import Sending
from service.export.zipping import Zipping
from service.reports.record import Attachment, Report
from service.thread.story import EventKind

REPORTS_AT_ONCE: Final = 10
"""Reports of a round: they are in memory together, without their attachments."""

Who = Callable[[Session], Reader | None]
"""The reader as he is now; None once he does not read at the desk any more."""
Today = Callable[[], date]


@dataclass(frozen=True)
class Chosen:
    """A case that can be exported: its code, and codes of its reports by id."""

    head_id: bytes
    case: str
    codes: dict[bytes, str]


@dataclass
class _Written:
    """What went into the file so far."""

    reports: list[ExportedReport] = field(default_factory=list)
    files: list[ExportedFile] = field(default_factory=list)


class _Gone(Exception):
    """A report went away while its files were sent: withdrawn, or not this reader's any more."""


class Exporting:
    """Exports of cases."""

    def __init__(self, opening: Opening, attachments: Attachments, journal: Journal) -> None:
        self.opening = opening
        self.reading = opening.reading
        self.attachments = attachments
        self.journal = journal
        self.sending = Sending()

    def choose(self, session: Session, desk: Desk, reader: Reader, head_id: bytes) -> Chosen | None:
        """What there is to export; None where the case, or a box in it, does not exist for
        ``reader``.
        """
        case = self.reading.open(session, desk, reader, head_id)
        if case is None or not has_box(case):
            return None
        reports = [one for one in case.reports if one.box is not None]
        codes = layout.unique_codes(one.code for one in reports)
        by_id = {one.report.id: code for one, code in zip(reports, codes, strict=True)}
        return Chosen(head_id, case.row.code, by_id)

    def pieces(
        self, database: Database, desk: Desk, who: Who, chosen: Chosen, today: Today
    ) -> Iterator[bytes]:
        """The file. Reports that went away meanwhile are left out, and not on its list."""
        written = _Written()
        with Zipping() as archive:
            archive.add(layout.README, readme.TEXT.encode())
            yield from archive.written()
            for some in _in_rounds(list(chosen.codes)):
                for one in self._handed(database, desk, who, chosen, some, today()):
                    code = chosen.codes[one.report.report.id]
                    yield from self._report(database, archive, who, one, code, written)
            listed = Exported(desk.key, chosen.case, today(), written.reports, written.files)
            archive.add(layout.MANIFEST, layout.manifest(listed))
            yield from archive.written()
        yield from archive.written()

    def _handed(
        self,
        database: Database,
        desk: Desk,
        who: Who,
        chosen: Chosen,
        wanted: list[bytes],
        today: date,
    ) -> list[Sealed]:
        """A round of reports, each with the entry that it was exported."""

        def hand(session: Session) -> list[Sealed]:
            reader = who(session)
            if reader is None:
                return []
            opening, head_id = self.opening, chosen.head_id
            handed = opening.open(session, desk, reader, head_id, wanted, today) or []
            for one in handed:
                subject = one.report.report.id.hex()
                entry = Entry(desk.key, Act.EXPORTED, reader.central_id, today, subject)
                self.journal.record(session, entry)
            return handed

        return database.write_anew(hand)

    def _report(
        self,
        database: Database,
        archive: Zipping,
        who: Who,
        one: Sealed,
        code: str,
        written: _Written,
    ) -> Iterator[bytes]:
        files = []
        for part, sealed in _in_order(one):
            archive.add(path_of(code, part), sealed)
            digest = hashlib.sha256(sealed).hexdigest()
            files.append(ExportedFile(code, part, len(sealed), digest))
        yield from archive.written()
        report = one.report.report
        try:
            for attachment in report.meta.attachments:
                part = f"attachment-{attachment.number}"
                size, sha256 = 0, hashlib.sha256()
                with archive.entry(path_of(code, part)) as entry:
                    for chunk in self._chunks(database, who, report, attachment):
                        entry.write(chunk)
                        sha256.update(chunk)
                        size += len(chunk)
                        yield from archive.written()
                files.append(ExportedFile(code, part, size, sha256.hexdigest()))
        except _Gone:
            return
        listed = one.report
        written.reports.append(
            ExportedReport(code, listed.reporter_code, listed.day, listed.mark),
        )
        written.files.extend(files)

    def _chunks(
        self, database: Database, who: Who, report: Report, attachment: Attachment
    ) -> Iterator[bytes]:
        """The file's chunks, a few a transaction. Raises _Gone."""
        for start in range(0, attachment.chunks, AT_ONCE):
            with database.read() as session:
                reader = who(session)
                now = self.reading.reports.get(session, report.id)
                if reader is None or now is None or not visible(reader, now):
                    raise _Gone
                chunks = self.attachments.chunks(session, now, attachment.number, start)
            if len(chunks) != min(AT_ONCE, attachment.chunks - start):
                raise _Gone
            yield from chunks


def has_box(case: Case) -> bool:
    """Whether any report of the case is sealed to who looks."""
    return any(one.box is not None for one in case.reports)


def _in_order(one: Sealed) -> Iterable[tuple[str, bytes]]:
    """Box and parts of a report; those of the thread last, in its order, which nothing else in the
    file tells.
    """
    thread: list[str] = []
    for line in one.thread:
        thread.append(line.part)
        if line.kind is EventKind.ADDED:
            thread.append(line.part.replace("added-", "added-facts-"))
    rest = [name for name in one.parts if name not in thread]
    yield layout.BOX, one.box
    for name in rest + [name for name in thread if name in one.parts]:
        yield name, one.parts[name]


def _in_rounds(ids: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(ids), REPORTS_AT_ONCE):
        yield ids[start : start + REPORTS_AT_ONCE]
