# SPDX-License-Identifier: AGPL-3.0-or-later
"""Restoring a backup into an empty database, in one transaction; what was erased goes again.

Neither sessions nor the queue are in a backup. Reports that were on their way into their cases are
entered by the names as they were typed; links that were waiting for a wiki are given up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, BinaryIO, Final

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from service.audit.journal import Act
from service.backup.framing import DamagedFile, Framed
from service.backup.tables import kept_tables, row_from_json
from service.backup.writing import ERASURES_KIND, ERASURES_VERSION, KIND, VERSION
from service.matching.tokens import LABEL_SIZE
from service.migrations.state import current_revision
from service.reports.models import ReportRow
from service.reports.record import Link, LinkState, Meta
from service.sealing.at_rest import AtRestError
from service.services import Services

_ROWS_AT_ONCE: Final = 200
_BYTES_AT_ONCE: Final = 4 << 20


class RestoreRefused(Exception):
    """Nothing was restored. ``str`` is a line for the operator."""


@dataclass(frozen=True)
class Restored:
    """How many rows there are, how many reports were erased again, how many entered."""

    rows: int
    erased: int
    entered: int


@dataclass(frozen=True)
class ErasureList:
    """Labels and days of an exported list of erasures."""

    entries: tuple[tuple[bytes, date], ...]


def read_erasures(file: BinaryIO, services: Services) -> ErasureList:
    """Read an exported list. Raises DamagedFile, RestoreRefused."""
    framed = Framed(file, ERASURES_KIND, ERASURES_VERSION)
    _require_match_key(framed.about, services)
    return ErasureList(tuple(_erasure(value) for value in framed.lines()))


class Restoring:
    """One restore into the database of ``services``."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.database = services.database
        self.domain = services.domain

    def restore(self, file: BinaryIO, newer: ErasureList) -> Restored:
        """Restore plain lines as ``age -d`` gives them, and erase what is in the backup's own list
        of erasures or in ``newer``. Raises DamagedFile, RestoreRefused; then nothing is kept.
        """
        framed = Framed(file, KIND, VERSION)
        self._require_fitting(framed.about)
        with self.database.write() as session:
            self._require_empty(session)
            rows = self._insert_all(session, framed)
            for label, day in newer.entries:
                self.domain.erasures.enter(session, label, day)
            session.flush()
            erased = self._erase_again(session)
            entered = self._enter(session)
        # Pages that held what was erased again.
        self.database.forget_pages()
        return Restored(rows, erased, entered)

    def _require_fitting(self, about: dict[str, Any]) -> None:
        schema = current_revision(self.database)
        if about.get("schema") != schema:
            made_with = str(about.get("schema"))[:16]
            raise RestoreRefused(
                f"The backup was made by another version: its schema is {made_with}, that of this "
                f"database {schema}. Restore with that version, then upgrade."
            )
        if about.get("tables") != [table.name for table in kept_tables()]:
            raise DamagedFile("The backup does not have the tables of its schema.")
        _require_match_key(about, self.services)

    def _require_empty(self, session: Session) -> None:
        full = [
            table.name
            for table in kept_tables()
            if session.scalar(select(func.count()).select_from(table))
        ]
        if full:
            raise RestoreRefused(
                f"The database is not empty: rows are in {', '.join(full)}. Make a new one, run "
                "community-support db upgrade, and restore before web and worker start."
            )

    def _insert_all(self, session: Session, framed: Framed) -> int:
        tables = {table.name: table for table in kept_tables()}
        batch = _Batch(session)
        table: Table | None = None
        for value in framed.lines():
            match value:
                case {"table": str(name), "columns": list(columns), **rest} if not rest:
                    table = tables.pop(name, None)
                    if table is None or columns != [one.name for one in table.columns]:
                        raise DamagedFile("The file has a table that this schema does not have.")
                case _ if table is not None:
                    row = row_from_json(list(table.columns), value)
                    self._require_at_rest_key(table, row)
                    batch.add(table, row)
                case _:
                    raise DamagedFile("The file has a row of no table.")
        if tables:
            raise DamagedFile("The file lacks tables.")
        return batch.flush()

    def _require_at_rest_key(self, table: Table, row: dict[str, Any]) -> None:
        for column in table.columns:
            if "sealed" in column.info and row[column.name] is not None:
                try:
                    self.services.at_rest.needs_rotation(row[column.name])
                except AtRestError as error:
                    raise RestoreRefused(
                        f"CS_AT_REST_KEYS does not open the rows of {table.name}: {error}."
                    ) from None

    def _erase_again(self, session: Session) -> int:
        """Erase the reports that are in the list of erasures; how many were there."""
        today, erased = self.services.today(), 0
        for ids in _report_ids(session):
            for report_id in self.domain.erasures.among(session, ids):
                self.domain.erasing.erase(session, report_id, Act.ERASED_AGAIN, today)
                erased += 1
            session.flush()
        return erased

    def _enter(self, session: Session) -> int:
        """End what only the queue could have gone on with; how many reports were entered."""
        reports, entered = self.domain.reports, 0
        for ids in _report_ids(session):
            for report in reports.get_many(session, ids).values():
                given_up = _without_waiting(report.meta)
                if given_up != report.meta:
                    reports.save_meta(session, report.id, given_up)
                if not report.meta.folded:
                    entered += self.domain.folding.enter_as_typed(session, report.id)
            session.flush()
            session.expunge_all()
        return entered


class _Batch:
    """Rows on their way into the database, a bounded number of bytes at a time."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._rows: list[dict[str, Any]] = []
        self._table: Table | None = None
        self._size = self._written = 0

    def add(self, table: Table, row: dict[str, Any]) -> None:
        if table is not self._table or self._is_full:
            self.flush()
        self._table = table
        self._rows.append(row)
        self._size += sum(len(value) for value in row.values() if isinstance(value, bytes))

    @property
    def _is_full(self) -> bool:
        return len(self._rows) >= _ROWS_AT_ONCE or self._size >= _BYTES_AT_ONCE

    def flush(self) -> int:
        """Write what waits; how many rows were written in all."""
        if self._table is not None and self._rows:
            self.session.execute(insert(self._table), self._rows)
        self._written += len(self._rows)
        self._rows, self._size = [], 0
        return self._written


def _report_ids(session: Session) -> Iterator[list[bytes]]:
    """The ids of all reports, some at a time; those that go meanwhile are no matter."""
    after = b""
    while True:
        some = select(ReportRow.id).where(ReportRow.id > after).order_by(ReportRow.id)
        ids = list(session.scalars(some.limit(_ROWS_AT_ONCE)))
        if not ids:
            return
        yield ids
        after = ids[-1]


def _without_waiting(meta: Meta) -> Meta:
    waiting = {LinkState.WAITING, LinkState.LATER}
    links = (
        Link(one.wiki, LinkState.GIVEN_UP) if one.state in waiting else one for one in meta.links
    )
    return replace(meta, links=tuple(links))


def _require_match_key(about: dict[str, Any], services: Services) -> None:
    if about.get("match_key") != services.match_keys.oldest.id.hex():
        raise RestoreRefused(
            "CS_MATCH_KEYS does not have the oldest key of the file: rows could not be found by it."
        )


def _erasure(value: Any) -> tuple[bytes, date]:
    try:
        text, day = value
        label = bytes.fromhex(text)
        found = label, date.fromisoformat(day)
    except (TypeError, ValueError):
        raise DamagedFile("The list of erasures has a line that cannot be read.") from None
    if len(label) != LABEL_SIZE:
        raise DamagedFile("The list of erasures has a line that cannot be read.")
    return found
