# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counters of what accounts do within an hour.

Revision 0013, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.database import TABLE_OPTIONS, Bytes

revision: str = "0013"
down_revision: str | None = "0008"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "limit_count",
        sa.Column("label", Bytes(32), primary_key=True, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        **TABLE_OPTIONS,
    )
    op.create_index("ix_limit_count_day", "limit_count", ["day"])


def downgrade() -> None:
    op.drop_table("limit_count")
