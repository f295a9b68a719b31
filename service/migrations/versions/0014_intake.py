# SPDX-License-Identifier: AGPL-3.0-or-later
"""The day since which a desk takes no reports, because its coordinators said so.

Revision 0014, after 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("desk", sa.Column("paused_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("desk", "paused_on")
