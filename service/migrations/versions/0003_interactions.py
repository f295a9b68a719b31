# SPDX-License-Identifier: AGPL-3.0-or-later
"""Readers' questions where two accounts met.

Revision 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.database import TABLE_OPTIONS, Bytes
from service.sealing.at_rest import OVERHEAD

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "interaction",
        sa.Column("id", Bytes(16), primary_key=True, nullable=False),
        sa.Column("slot", Bytes(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("blob", Bytes(512 + OVERHEAD), nullable=False),
        sa.Column("question", Bytes(32_768 + OVERHEAD), nullable=True),
        sa.Column("answer", Bytes(262_144 + OVERHEAD), nullable=True),
        sa.UniqueConstraint("slot", name="uq_interaction_slot"),
        **TABLE_OPTIONS,
    )


def downgrade() -> None:
    op.drop_table("interaction")
