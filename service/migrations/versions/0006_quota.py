# SPDX-License-Identifier: AGPL-3.0-or-later
"""The counters of the quota.

Revision 0006, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.database import TABLE_OPTIONS, Bytes

revision: str = "0006"
down_revision: str | None = "0003"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "quota",
        sa.Column("label", Bytes(32), primary_key=True, nullable=False),
        sa.Column("blob", Bytes(549), nullable=False),
        **TABLE_OPTIONS,
    )


def downgrade() -> None:
    op.drop_table("quota")
