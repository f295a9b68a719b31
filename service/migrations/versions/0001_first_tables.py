# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first tables.

Revision 0001, after nothing. Sizes are those of the models on that day: a migration never imports
a model, because models go on changing.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

from service.database import TABLE_OPTIONS, Bytes

revision: str = "0001"
down_revision: str | None = None
branch_labels: None = None
depends_on: None = None

_LABEL: Final = 32
_ID: Final = 16


def _table(name: str, *columns: sa.Column[Any], indexed: str = "") -> None:
    op.create_table(name, *columns, **TABLE_OPTIONS)
    for column in indexed.split():
        op.create_index(f"ix_{name}_{column}", name, [column])


def _bytes(name: str, size: int, *, key: bool = False, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Bytes(size), primary_key=key, nullable=null)


def _column(name: str, type_: sa.types.TypeEngine[Any], *, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, type_, primary_key=key, nullable=False)


def upgrade() -> None:
    desk, seconds, day = sa.String(40), sa.BigInteger(), sa.Date()
    _table(
        "audit_entry",
        _bytes("id", _ID, key=True),
        _column("desk", desk),
        _column("day", day),
        _bytes("chained", _LABEL, null=True),
        _bytes("blob", 1061),
        indexed="desk",
    )
    _table("audit_leaf", _bytes("label", _LABEL, key=True), _bytes("blob", 549))
    _table("box", _bytes("label", _LABEL, key=True), _bytes("blob", 4133))
    _table(
        "case_head",
        _bytes("id", _LABEL, key=True),
        _column("desk", desk),
        _bytes("blob", 2085),
        indexed="desk",
    )
    _table(
        "desk",
        _column("key", desk, key=True),
        _column("version", seconds),
        _bytes("chain", 293, null=True),
    )
    _table("entry", _bytes("label", _LABEL, key=True), _bytes("version", 4), _bytes("blob", 165))
    _table(
        "job",
        _bytes("id", _ID, key=True),
        _column("kind", sa.String(16)),
        _column("due", seconds),
        _column("made", seconds),
        _column("lease_until", seconds),
        _bytes("lease", _ID, null=True),
        _column("attempts", sa.Integer()),
        _bytes("payload", 32_805),
        indexed="due",
    )
    _table(
        "key_wrap",
        _bytes("id", _ID, key=True),
        _bytes("owner", _LABEL),
        _bytes("blob", 8229),
        indexed="owner",
    )
    _table("part", _bytes("label", _LABEL, key=True), _bytes("blob", 1_048_613))
    _table("personal_key", _bytes("owner", _LABEL, key=True), _bytes("blob", 4133))
    _table(
        "posted_notice",
        _bytes("marker", _LABEL, key=True),
        _column("day", day),
        _bytes("blob", 549),
    )
    _table(
        "report",
        _bytes("id", _ID, key=True),
        _column("desk", desk),
        _column("day", day),
        _column("recipient", sa.String(2000)),
        _bytes("meta", 8229),
        indexed="desk",
    )
    _table(
        "roster",
        _bytes("label", _LABEL, key=True),
        _column("desk", desk),
        _bytes("blob", 1061),
        indexed="desk",
    )
    _table(
        "session",
        _bytes("id", _LABEL, key=True),
        _bytes("person", _LABEL),
        _column("ends", day),
        _bytes("blob", 4133),
        indexed="person ends",
    )
    _table(
        "subscription",
        _bytes("person", _LABEL, key=True),
        _column("due", seconds),
        _bytes("blob", 1061),
        indexed="due",
    )
    _table("turn", _column("name", sa.String(16), key=True), _column("free_at", seconds))


def downgrade() -> None:
    tables = (
        "turn subscription session roster report posted_notice personal_key part key_wrap job "
        "entry desk case_head box audit_leaf audit_entry"
    )
    for name in tables.split():
        op.drop_table(name)
