# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys that change: room for a keyring, and which of a reader's keys a box is sealed to.

Revision 0004, after 0009. A key's older rows stay shorter until they are written again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.database import Bytes

revision: str = "0004"
down_revision: str | None = "0009"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("box", sa.Column("key", Bytes(32), nullable=True))
    if op.get_bind().dialect.name != "sqlite":  # whose BLOBs have no length
        op.alter_column(
            "personal_key",
            "blob",
            existing_type=Bytes(4133),
            type_=Bytes(8229),
            existing_nullable=False,
        )


def downgrade() -> None:
    """``personal_key`` stays as wide as it is: what it holds by now would not fit."""
    op.drop_column("box", "key")
