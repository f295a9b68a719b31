# SPDX-License-Identifier: AGPL-3.0-or-later
"""What erasing needs: labels of the rows about a report, the list of erasures, totals, nights.

Revision 0009, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.database import TABLE_OPTIONS, Bytes

revision: str = "0009"
down_revision: str | None = "0006"
branch_labels: None = None
depends_on: None = None

_LABEL = 32


def upgrade() -> None:
    for table in ("job", "audit_entry"):
        op.add_column(table, sa.Column("about", Bytes(_LABEL), nullable=True))
        op.create_index(f"ix_{table}_about", table, ["about"])
    op.create_table(
        "erasure",
        sa.Column("label", Bytes(_LABEL), primary_key=True, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        **TABLE_OPTIONS,
    )
    op.create_index("ix_erasure_day", "erasure", ["day"])
    op.create_table(
        "purge_total",
        sa.Column("label", Bytes(_LABEL), primary_key=True, nullable=False),
        sa.Column("blob", Bytes(293), nullable=False),
        **TABLE_OPTIONS,
    )
    op.create_table(
        "night",
        sa.Column("desk", sa.String(40), primary_key=True, nullable=False),
        sa.Column("purged", sa.Date(), nullable=True),
        sa.Column("resealed", sa.Date(), nullable=True),
        sa.Column("upto", Bytes(_LABEL), nullable=True),
        **TABLE_OPTIONS,
    )


def downgrade() -> None:
    for table in ("night", "purge_total", "erasure"):
        op.drop_table(table)
    for table in ("job", "audit_entry"):
        op.drop_index(f"ix_{table}_about", table)
        op.drop_column(table, "about")
