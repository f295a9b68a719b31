# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of wikis that the worker refreshes.

Revision 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.database import TABLE_OPTIONS, Bytes

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "wiki_list",
        sa.Column("name", sa.String(16), primary_key=True, nullable=False),
        sa.Column("fetched", sa.BigInteger(), nullable=False),
        sa.Column("wikis", Bytes(1 << 20), nullable=False),
        **TABLE_OPTIONS,
    )


def downgrade() -> None:
    op.drop_table("wiki_list")
