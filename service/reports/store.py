# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reports, their parts and boxes in the database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session

from service.ids import to_text
from service.keys.store import Keys, PersonalKey
from service.reports.models import BoxRow, PartRow, ReportRow
from service.reports.record import Meta, Report
from service.rows import Wanted, change, find, put
from service.sealing import age
from service.sealing.parts import PartContext, frame
from service.vault import Vault

# Look-ups by many labels go in lists of this length: SQLite and MariaDB both take it easily.
_AT_ONCE = 200


class Reports:
    """Reading and writing of reports. Whoever calls decides who may."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self.keys = Keys(vault)

    def get(self, session: Session, report_id: bytes, *, lock: bool = False) -> Report | None:
        """A report by its id; ``lock`` keeps others from changing it till the transaction ends, and
        reads what it is now.
        """
        row = find(session, ReportRow, report_id, lock=lock)
        return None if row is None else self._report(row)

    def entry(self, report_id: bytes) -> Wanted:
        """The report's row, if there is one."""
        return Wanted(ReportRow, (report_id,), blob=False)

    def get_many(self, session: Session, ids: Sequence[bytes]) -> dict[bytes, Report]:
        """Reports by id; those that are gone are left out."""
        found: dict[bytes, Report] = {}
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            for row in session.scalars(select(ReportRow).where(ReportRow.id.in_(some))):
                found[row.id] = self._report(row)
        return found

    def of_desk(self, session: Session, desk: str) -> list[Report]:
        """All reports to a desk, whoever looks, by id."""
        rows = session.scalars(
            select(ReportRow).where(ReportRow.desk == desk).order_by(ReportRow.id)
        )
        return [self._report(row) for row in rows]

    def since(self, session: Session, day: date) -> list[Report]:
        """All reports that were filed on ``day`` or later, to whatever desk."""
        rows = session.scalars(select(ReportRow).where(ReportRow.day >= day))
        return [self._report(row) for row in rows]

    def add(self, session: Session, report: Report) -> None:
        row = {
            "id": report.id,
            "desk": report.desk,
            "day": report.day,
            "recipient": report.recipient,
            "meta": self._seal_meta(report.id, report.meta),
        }
        put(session, ReportRow, row)

    def save_meta(self, session: Session, report_id: bytes, meta: Meta) -> None:
        """Write ``meta`` back. The caller holds the row (``get(…, lock=True)``)."""
        change(session, ReportRow, report_id, {"meta": self._seal_meta(report_id, meta)})

    def put_part(self, session: Session, report_id: bytes, name: str, sealed: bytes) -> None:
        """Keep an age file that was sealed to the report's recipient."""
        self.put_parts(session, report_id, {name: sealed})

    def put_parts(self, session: Session, report_id: bytes, parts: Mapping[str, bytes]) -> None:
        """The same for several, by name."""
        rows = []
        for name, sealed in parts.items():
            label = self._part(report_id, name)
            blob = self.vault.seal_bytes(PartRow.blob, label, sealed)
            rows.append({"label": label, "blob": blob})
        put(session, PartRow, *rows)

    def seal_part(
        self, session: Session, report: Report, name: str, body: Mapping[str, Any] | bytes
    ) -> None:
        """Seal what the server itself says (facts, identity, findings) and keep it."""
        self.put_part(session, report.id, name, seal_part(report.recipient, report.id, name, body))

    def seal_answers(
        self, session: Session, report: Report, body: Mapping[str, Any], *, again: bool = False
    ) -> Meta:
        """Seal what a wiki answered as the report's next finding (``again``: when it was asked once
        more); the meta that counts it, which is the caller's to save.
        """
        meta = report.meta
        if again:
            self.seal_part(session, report, f"again-{meta.asked_again}", body)
            return replace(meta, asked_again=meta.asked_again + 1)
        self.seal_part(session, report, f"finding-{meta.findings}", body)
        return replace(meta, findings=meta.findings + 1)

    def parts(self, session: Session, report: Report, names: Iterable[str]) -> dict[str, bytes]:
        """The sealed parts of these names, by name."""
        labels = {self._part(report.id, name): name for name in names}
        rows = session.scalars(select(PartRow).where(PartRow.label.in_(list(labels))))
        found = {
            labels[row.label]: self.vault.open_bytes(PartRow.blob, row.label, row.blob)
            for row in rows
        }
        return {name: found[name] for name in labels.values() if name in found}

    def put_box(self, session: Session, report_id: bytes, reader: int, sealed: bytes) -> None:
        """Keep (or replace) the box of one reader, sealed to the reader's key of now.
        ``meta.boxes`` is the caller's to update.
        """
        label = self._box(report_id, reader)
        blob = self.vault.seal_bytes(BoxRow.blob, label, sealed)
        key = self.keys.of(session, reader)
        mark = None if key is None else self._box_key(label, key.id)
        session.merge(BoxRow(label=label, key=mark, blob=blob))

    def add_boxes(
        self,
        session: Session,
        report_id: bytes,
        boxes: Mapping[int, bytes],
        keys: Mapping[int, PersonalKey],
    ) -> None:
        """Keep the boxes of a new report, by reader; ``keys`` are those they were sealed to."""
        rows = []
        for reader, sealed in boxes.items():
            label = self._box(report_id, reader)
            blob = self.vault.seal_bytes(BoxRow.blob, label, sealed)
            key = self._box_key(label, keys[reader].id)
            rows.append({"label": label, "key": key, "blob": blob})
        put(session, BoxRow, *rows)

    def remove_box(self, session: Session, report_id: bytes, reader: int) -> None:
        row = session.get(BoxRow, self._box(report_id, reader))
        if row is not None:
            session.delete(row)

    def boxes(self, session: Session, ids: Sequence[bytes], reader: int) -> dict[bytes, bytes]:
        """The sealed boxes of one reader, by report id: those that the reader's key or keyring
        opens. A box that is sealed to a lost key is as good as none.
        """
        wanted = list(self.boxed(session, ids, reader))
        labels = {self._box(report_id, reader): report_id for report_id in wanted}
        found: dict[bytes, bytes] = {}
        for some in _in_lists(list(labels)):
            for row in session.scalars(select(BoxRow).where(BoxRow.label.in_(some))):
                opened = self.vault.open_bytes(BoxRow.blob, row.label, row.blob)
                found[labels[row.label]] = opened
        return found

    def erase(self, session: Session, report: Report) -> None:
        """Erase the report's row, its parts and its boxes: what is a report's alone. What else has
        to go with it, ``service.reports.erasing`` knows.
        """
        parts = [self._part(report.id, name) for name in report.meta.parts]
        boxes = [self._box(report.id, reader) for reader in report.meta.boxes]
        for start in range(0, len(parts), _AT_ONCE):
            some = PartRow.label.in_(parts[start : start + _AT_ONCE])
            session.execute(delete(PartRow).where(some))
        for start in range(0, len(boxes), _AT_ONCE):
            some = BoxRow.label.in_(boxes[start : start + _AT_ONCE])
            session.execute(delete(BoxRow).where(some))
        session.execute(delete(ReportRow).where(ReportRow.id == report.id))

    def boxed(self, session: Session, ids: Sequence[bytes], reader: int) -> dict[bytes, bytes]:
        """The ids of the reports of which ``boxes`` has one, with the id of the reader's key that
        opens it.
        """
        key = self.keys.of(session, reader)
        if key is None:
            return {}
        labels = {self._box(report_id, reader): report_id for report_id in ids}
        found: dict[bytes, bytes] = {}
        for some in _in_lists(list(labels)):
            rows = session.execute(select(BoxRow.label, BoxRow.key).where(BoxRow.label.in_(some)))
            for label, mark in rows:
                opener = self._opener(key, label, mark)
                if opener is not None:
                    found[labels[label]] = opener
        return found

    def _opener(self, key: PersonalKey, label: bytes, mark: bytes | None) -> bytes | None:
        """Which of a reader's keys opens the box with that label and mark; None for a lost one."""
        if mark is None:
            return key.first if key.first in key.opening else None
        return next((one for one in key.opening if self._box_key(label, one) == mark), None)

    def _report(self, row: ReportRow | Row[Any]) -> Report:
        meta = Meta.from_json(self.vault.open(ReportRow.meta, row.id, row.meta))
        return Report(row.id, row.desk, row.day, row.recipient, meta)

    def _seal_meta(self, report_id: bytes, meta: Meta) -> bytes:
        return self.vault.seal(ReportRow.meta, report_id, meta.to_json())

    def _part(self, report_id: bytes, name: str) -> bytes:
        return self.vault.label("part", report_id, name.encode())

    def _box(self, report_id: bytes, reader: int) -> bytes:
        return self.vault.label("box", report_id, reader.to_bytes(8, "big"))

    def _box_key(self, box: bytes, key_id: bytes) -> bytes:
        return self.vault.label("box-key", box, key_id)


def _in_lists(labels: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(labels), _AT_ONCE):
        yield labels[start : start + _AT_ONCE]


def seal_part(
    recipient: str, report_id: bytes, name: str, body: Mapping[str, Any] | bytes
) -> bytes:
    """An age file of one part: framed with its context, padded, sealed to ``recipient``."""
    if not isinstance(body, bytes):
        body = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return age.seal(frame(PartContext(to_text(report_id), name), body), [recipient])
