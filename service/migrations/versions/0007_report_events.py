# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happened to a report, as its reporter is told it.

Revision 0007, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.database import TABLE_OPTIONS, Bytes
from service.sealing.at_rest import OVERHEAD

revision: str = "0007"
down_revision: str | None = "0005"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "report_event",
        sa.Column("label", Bytes(32), primary_key=True, nullable=False),
        sa.Column("blob", Bytes(1024 + OVERHEAD), nullable=False),
        **TABLE_OPTIONS,
    )


def downgrade() -> None:
    op.drop_table("report_event")
