# SPDX-License-Identifier: AGPL-3.0-or-later
"""What functionaries declared as their other accounts, and the audit's heads by day.

Revision 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.database import TABLE_OPTIONS, Bytes

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "declared",
        sa.Column("owner", Bytes(32), primary_key=True, nullable=False),
        sa.Column("blob", Bytes(4133), nullable=False),
        **TABLE_OPTIONS,
    )
    op.create_table(
        "audit_day",
        sa.Column("label", Bytes(32), primary_key=True, nullable=False),
        sa.Column("blob", Bytes(165), nullable=False),
        **TABLE_OPTIONS,
    )


def downgrade() -> None:
    op.drop_table("audit_day")
    op.drop_table("declared")
