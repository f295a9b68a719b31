# SPDX-License-Identifier: AGPL-3.0-or-later
"""Room in a report's record for all that it may hold at once.

Revision 0010, after 0007. Older rows stay shorter until they are written again.
"""

from __future__ import annotations

from alembic import op

from service.database import Bytes

revision: str = "0010"
down_revision: str | None = "0007"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":  # whose BLOBs have no length
        return
    op.alter_column(
        "report",
        "meta",
        existing_type=Bytes(8229),
        type_=Bytes(12_325),
        existing_nullable=False,
    )


def downgrade() -> None:
    """It stays as wide as it is: what it holds by now would not fit."""
