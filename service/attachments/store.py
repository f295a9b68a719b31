# SPDX-License-Identifier: AGPL-3.0-or-later
"""Attachments in the database: uploaded before the filing, kept by it, read in chunks, erased.

Files come before the report, under the id that the form was given. What is uploaded belongs to
nobody's report until the filing names it, in the filing's transaction: a report has all of its
files or none, and what is never filed is erased after a day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.attachments.models import AttachmentChunkRow, AttachmentUploadRow
from service.attachments.sizes import (
    CHUNK,
    CLASSES,
    MOST_CHUNKS,
    MOST_FILES,
    MOST_NUMBERS,
    too_large_together,
)
from service.attachments.uploads import Chunk, Uploads
from service.reports.form import FieldError, FilingRefused
from service.reports.record import MANIFEST, Attachment, Report
from service.reports.store import Reports
from service.rows import Wanted, ask
from service.sealing.at_rest import AtRestError
from service.sealing.envelope import inspect
from service.sealing.header import NotAnAgeFile
from service.sealing.posted import require_part
from service.vault import Vault

KEPT_FOR: Final = timedelta(days=1)
"""Uploads are erased once a whole day has gone by without one of that person's."""

AT_ONCE: Final = 4
"""Chunks that one answer holds."""

LARGEST_MANIFEST: Final = 64 * 1024
"""Bytes of the sealed list of files: twenty names of the longest kind need less than half."""

_PURPOSE: Final = "attachment-chunk"
_UPLOADS: Final = "attachment-upload"
_LABELS_AT_ONCE: Final = 200


@dataclass(frozen=True)
class Attaching:
    """What a filing says of its files: their numbers, and the sealed list with their names."""

    numbers: tuple[int, ...] = ()
    manifest: bytes = field(default=b"", repr=False)


class Attachments:
    """Files of reports. Whoever calls decides who may; refusals are FilingRefused at the field."""

    def __init__(self, vault: Vault, reports: Reports) -> None:
        self.vault = vault
        self.reports = reports

    def add(
        self, session: Session, central_id: int, place: Chunk, sealed: bytes, today: date
    ) -> int:
        """Keep a chunk of a form's file; how many there are of that file now.

        Chunks come in order. One that comes again is no harm as long as it is the same. Raises
        FilingRefused, and IntegrityError when a person's very first two come at once.
        """
        row, uploads = self._uploads(session, central_id)
        if self.reports.get(session, place.form) is not None:
            raise _refused("reports-error-sealed")  # filed by now: nothing is added to a report
        files = uploads.files(place.form)
        known = files.get(place.number, 0)
        if len(sealed) != CHUNK or not 0 <= place.index <= known:
            raise _refused("reports-error-sealed")
        if place.index < known:
            if self._chunk(session, place) != sealed:
                raise _refused("reports-error-sealed")
            return known
        self._check_room(files, place)
        if place.index == 0:
            _require_beginning(sealed)
        files[place.number] = known + 1
        self._erase(session, uploads.make_room(place.form))
        label = self._label(place)
        blob = self.vault.seal_bytes(AttachmentChunkRow.blob, label, sealed)
        session.add(AttachmentChunkRow(label=label, blob=blob))
        self._save(session, row, central_id, uploads, today)
        return known + 1

    def uploaded(
        self, session: Session, central_id: int, form: bytes, wanted: Collection[int], today: date
    ) -> dict[int, int]:
        """How many chunks there are of each wanted file of a form; the form's others are erased."""
        row, uploads = self._uploads(session, central_id)
        files = uploads.files(form)
        if row is None:
            return {}
        self._erase(session, uploads.drop(form, set(files) - set(wanted)))
        if not files:
            del uploads.forms[form]
        self._save(session, row, central_id, uploads, today)
        return dict(files)

    def keep(
        self, session: Session, central_id: int, report_id: bytes, attaching: Attaching, today: date
    ) -> None:
        """Make what was uploaded for the form part of its report, which this transaction files.

        The form's other uploads are erased. Raises FilingRefused when a file is not whole.
        """
        numbers = attaching.numbers
        if not numbers and not ask(session, self.uploads(central_id))[0]:
            return
        row, uploads = self._uploads(session, central_id)
        if numbers:
            files = uploads.files(report_id)
            self._check_whole([files.get(number, 0) for number in numbers], attaching)
            report = self.reports.get(session, report_id, lock=True)
            assert report is not None  # noqa: S101 - the caller has just filed it
            found = tuple(Attachment(number, files.pop(number)) for number in numbers)
            self.reports.save_meta(session, report_id, replace(report.meta, attachments=found))
            self.reports.put_part(session, report_id, MANIFEST, attaching.manifest)
        if row is not None:
            self._erase(session, uploads.drop(report_id, list(uploads.files(report_id))))
            del uploads.forms[report_id]
            self._save(session, row, central_id, uploads, today)

    def uploads(self, central_id: int) -> Wanted:
        """The person's row, if something was uploaded that waits for its form."""
        return Wanted(AttachmentUploadRow, (self._owner(central_id),), blob=False)

    def chunks(self, session: Session, report: Report, number: int, start: int) -> list[bytes]:
        """Some chunks of a report's file from ``start`` on; none where there is no such file."""
        count = next((one.chunks for one in report.meta.attachments if one.number == number), 0)
        wanted = range(max(start, 0), min(start + AT_ONCE, count))
        found = [self._chunk(session, Chunk(report.id, number, index)) for index in wanted]
        return [chunk for chunk in found if chunk is not None]

    def erase(self, session: Session, report: Report) -> None:
        """Erase all files of a report. Its ``meta`` and its sealed list are the caller's."""
        self._erase(
            session,
            (
                Chunk(report.id, one.number, index)
                for one in report.meta.attachments
                for index in range(one.chunks)
            ),
        )

    def overdue(self, session: Session, today: date) -> list[bytes]:
        """Labels of uploads that nobody went on with."""
        last = today - KEPT_FOR
        rows = select(AttachmentUploadRow.label).where(AttachmentUploadRow.day < last)
        return list(session.scalars(rows))

    def forget(self, session: Session, label: bytes, today: date) -> None:
        """Erase a person's uploads, unless they went on meanwhile."""
        row = session.get(AttachmentUploadRow, label, with_for_update=True, populate_existing=True)
        if row is not None and row.day < today - KEPT_FOR:
            self._erase(session, self._known(row).chunks())
            session.delete(row)

    def _check_room(self, files: dict[int, int], place: Chunk) -> None:
        if not 0 <= place.number < MOST_NUMBERS or place.index >= CLASSES[-1]:
            raise _refused("reports-error-sealed")
        if len(files) >= MOST_FILES and place.number not in files:
            raise _refused("attachments-error-many", most=MOST_FILES)
        if sum(files.values()) >= MOST_CHUNKS:
            raise _refused("attachments-error-together")

    def _check_whole(self, counts: Sequence[int], attaching: Attaching) -> None:
        if len(counts) > MOST_FILES:
            raise _refused("attachments-error-many", most=MOST_FILES)
        if any(count not in CLASSES for count in counts):
            raise _refused("attachments-error-missing")
        if too_large_together(counts):
            raise _refused("attachments-error-together")
        try:
            require_part(attaching.manifest)
        except NotAnAgeFile:
            raise _refused("reports-error-sealed") from None
        if len(attaching.manifest) > LARGEST_MANIFEST or len(set(attaching.numbers)) < len(counts):
            raise _refused("reports-error-sealed")

    def _uploads(
        self, session: Session, central_id: int
    ) -> tuple[AttachmentUploadRow | None, Uploads]:
        """A person's row, locked, and what it says."""
        label = self._owner(central_id)
        row = session.get(AttachmentUploadRow, label, with_for_update=True, populate_existing=True)
        return row, Uploads() if row is None else self._known(row)

    def _known(self, row: AttachmentUploadRow) -> Uploads:
        """What the row says; nothing where it does not open: nobody is kept from filing by it."""
        try:
            return self._read(row)
        except AtRestError:
            return Uploads()

    def _read(self, row: AttachmentUploadRow) -> Uploads:
        return Uploads.from_json(self.vault.open(AttachmentUploadRow.blob, row.label, row.blob))

    def _save(
        self,
        session: Session,
        row: AttachmentUploadRow | None,
        central_id: int,
        uploads: Uploads,
        today: date,
    ) -> None:
        if row is not None and not uploads.forms:
            session.delete(row)
            return
        label = self._owner(central_id)
        blob = self.vault.seal(AttachmentUploadRow.blob, label, uploads.to_json())
        if row is None:
            session.add(AttachmentUploadRow(label=label, day=today, blob=blob))
        else:
            row.day, row.blob = today, blob

    def _chunk(self, session: Session, place: Chunk) -> bytes | None:
        label = self._label(place)
        row = session.get(AttachmentChunkRow, label)
        return (
            None if row is None else self.vault.open_bytes(AttachmentChunkRow.blob, label, row.blob)
        )

    def _erase(self, session: Session, places: Iterable[Chunk]) -> None:
        labels = [self._label(place) for place in places]
        for start in range(0, len(labels), _LABELS_AT_ONCE):
            some = labels[start : start + _LABELS_AT_ONCE]
            session.execute(delete(AttachmentChunkRow).where(AttachmentChunkRow.label.in_(some)))

    def _owner(self, central_id: int) -> bytes:
        return self.vault.person(_UPLOADS, central_id)

    def _label(self, place: Chunk) -> bytes:
        where = (place.number.to_bytes(4, "big"), place.index.to_bytes(4, "big"))
        return self.vault.label(_PURPOSE, place.form, *where)


def _require_beginning(sealed: bytes) -> None:
    """The first chunk has the file's header: one reader, of the post-quantum kind."""
    try:
        if len(inspect(sealed).stanza_types) == 1:
            return
    except NotAnAgeFile:
        pass
    raise _refused("reports-error-sealed")


def _refused(message_key: str, **values: Any) -> FilingRefused:
    return FilingRefused([FieldError("attachments", message_key, values)])
