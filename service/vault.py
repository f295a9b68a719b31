# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealed columns as features use them: a JSON object in, a padded and sealed column value out.

The place of a value (table, row id, column) goes into the seal, so a blob that somebody moves
to another row or column of the database does not open (DESIGN 6, "At rest").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column
from sqlalchemy.orm import InstrumentedAttribute

from service.matching.tokens import MatchKeys, label
from service.sealing.at_rest import AtRest

Json = Mapping[str, Any]


class Vault:
    """The environment's two key rings at work: sealing columns, and labels that hide whose row."""

    def __init__(self, at_rest: AtRest, match_keys: MatchKeys) -> None:
        self.at_rest = at_rest
        self.match_keys = match_keys

    def label(self, purpose: str, *fields: bytes) -> bytes:
        """A 32-byte row label: HMAC of purpose and fields under the matching key."""
        return label(self.match_keys, purpose, *fields)

    def person(self, purpose: str, central_id: int) -> bytes:
        """The label of rows that belong to an account; another one for every purpose."""
        return self.label(purpose, central_id.to_bytes(8, "big"))

    def seal(self, column: InstrumentedAttribute[bytes], row_id: bytes, value: Json) -> bytes:
        """``value`` as the sealed content of ``column`` in the row ``row_id``."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return self.seal_bytes(column, row_id, text)

    def seal_bytes(
        self, column: InstrumentedAttribute[bytes], row_id: bytes, value: bytes
    ) -> bytes:
        """The same for bytes. A column without a size of its own takes the value as long as it is:
        such values are age files, padded when they were sealed.
        """
        table, name, size = _place(column)
        return self.at_rest.seal(table, row_id, name, value, len(value) if size is None else size)

    def open(self, column: InstrumentedAttribute[bytes], row_id: bytes, blob: bytes) -> Json:
        """The inverse of ``seal``. Raises AtRestError when the blob is not of this place."""
        value = json.loads(self.open_bytes(column, row_id, blob))
        assert isinstance(value, dict)  # noqa: S101 - authenticated: only seal() wrote it
        return value

    def open_bytes(self, column: InstrumentedAttribute[bytes], row_id: bytes, blob: bytes) -> bytes:
        table, name, _size = _place(column)
        return self.at_rest.open(table, row_id, name, blob)


def _place(column: InstrumentedAttribute[bytes]) -> tuple[str, str, int | None]:
    where: Column[Any] = column.property.columns[0]
    size: int | None = where.info["sealed"]
    return where.table.name, where.name, size
