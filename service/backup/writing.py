# SPDX-License-Identifier: AGPL-3.0-or-later
"""Making a backup: one moment of the database, streamed, sealed to the operator's recipient."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, select

from service.backup.framing import framed
from service.backup.tables import kept_tables, row_to_json
from service.database import Bytes
from service.migrations.state import current_revision
from service.services import Services

KIND: Final = "community-support backup"
VERSION: Final = 1

ERASURES_KIND: Final = "community-support erasures"
ERASURES_VERSION: Final = 1

_ROWS_AT_ONCE: Final = 200
_LARGE_ROWS_AT_ONCE: Final = 4
_LARGE: Final = 64 * 1024
_BUFFER: Final = 1 << 16


def backup_lines(services: Services) -> Iterator[bytes]:
    """The plain lines of a backup of this moment. Memory does not grow with the database."""
    tables = kept_tables()
    about = {
        "schema": current_revision(services.database),
        "made": services.today().isoformat(),
        "match_key": services.match_keys.oldest.id.hex(),
        "tables": [table.name for table in tables],
    }
    with services.database.snapshot() as connection:
        yield from framed(KIND, VERSION, about, _rows(connection, tables))


def erasures_lines(services: Services) -> Iterator[bytes]:
    """The plain lines of the list of erasures: labels and days, nothing to seal."""
    about = {
        "made": services.today().isoformat(),
        "match_key": services.match_keys.oldest.id.hex(),
    }
    with services.database.read() as session:
        known = list(services.domain.erasures.all(session))
    values = ([label.hex(), day.isoformat()] for label, day in known)
    yield from framed(ERASURES_KIND, ERASURES_VERSION, about, values)


def _rows(connection: Connection, tables: Iterable[Table]) -> Iterator[Any]:
    for table in tables:
        columns = list(table.columns)
        yield {"table": table.name, "columns": [column.name for column in columns]}
        large = any(isinstance(one.type, Bytes) and one.type.size > _LARGE for one in columns)
        rows = connection.execute(
            select(table).order_by(*table.primary_key.columns),
            execution_options={"yield_per": _LARGE_ROWS_AT_ONCE if large else _ROWS_AT_ONCE},
        )
        for row in rows:
            yield row_to_json(columns, row)


def write_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that only its owner reads, whole or not at all.

    Raises FileExistsError when it is there already, and other OSErrors.
    """
    if path.exists():
        raise FileExistsError
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb", buffering=_BUFFER) as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, path)  # unlike a rename, never over another file
    finally:
        beside.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
