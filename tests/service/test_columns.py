# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every column is sealed, or public with a reason. A third kind does not exist."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, LargeBinary

from service.database import Bytes
from service.migrations.tables import all_tables

COLUMNS = [column for table in all_tables().sorted_tables for column in table.columns]


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_column_is_sealed_or_public_with_a_reason(column: Column[object]) -> None:
    sealed, reason = "sealed" in column.info, column.info.get("public", "")
    assert sealed != bool(reason)
    if sealed:
        assert isinstance(column.type, Bytes)
    else:
        assert len(reason.split()) >= 1


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_no_key_counts_up(column: Column[object]) -> None:
    if column.primary_key:
        assert column.autoincrement is not True
        assert not column.table.dialect_options["sqlite"]["with_rowid"]


def test_no_column_is_plain_binary() -> None:
    """Bytes without a size would be neither padded nor bounded."""
    assert not [column for column in COLUMNS if type(column.type) is LargeBinary]
