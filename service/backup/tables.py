# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which tables a backup has, and their rows as JSON."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, Date, Table

from service.backup.framing import DamagedFile
from service.database import Bytes
from service.migrations.tables import all_tables


def kept_tables() -> list[Table]:
    """All but those whose rows are of use for days at most (``database.PASSING_TABLE``)."""
    return [one for one in all_tables().sorted_tables if not one.info.get("passing")]


def row_to_json(columns: Sequence[Column[Any]], row: Sequence[Any]) -> list[Any]:
    """A row in the order of its columns."""
    return [_to_json(column, value) for column, value in zip(columns, row, strict=True)]


def row_from_json(columns: Sequence[Column[Any]], values: Any) -> dict[str, Any]:
    """The inverse, by the columns' names. Raises DamagedFile."""
    if not isinstance(values, list) or len(values) != len(columns):
        raise DamagedFile("The file has a row that does not fit its table.")
    pairs = zip(columns, values, strict=True)
    return {column.name: _from_json(column, value) for column, value in pairs}


def _to_json(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, Bytes):
        return base64.b64encode(value).decode("ascii")
    return value.isoformat() if isinstance(column.type, Date) else value


def _from_json(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    try:
        if isinstance(column.type, Bytes):
            return base64.b64decode(value, validate=True)
        if isinstance(column.type, Date):
            return date.fromisoformat(value)
    except (TypeError, ValueError, binascii.Error):
        raise DamagedFile("The file has a value that does not fit its column.") from None
    if type(value) is not column.type.python_type:
        raise DamagedFile("The file has a value that does not fit its column.")
    return value
