# SPDX-License-Identifier: AGPL-3.0-or-later
"""Chunks of attachments, and uploads for forms that are not filed yet.

Revision 0008, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.database import TABLE_OPTIONS, Bytes
from service.sealing.at_rest import OVERHEAD

revision: str = "0008"
down_revision: str | None = "0010"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "attachment_chunk",
        sa.Column("label", Bytes(32), primary_key=True, nullable=False),
        sa.Column("blob", Bytes(262_144 + OVERHEAD), nullable=False),
        **TABLE_OPTIONS,
    )
    op.create_table(
        "attachment_upload",
        sa.Column("label", Bytes(32), primary_key=True, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("blob", Bytes(2048 + OVERHEAD), nullable=False),
        **TABLE_OPTIONS,
    )
    op.create_index("ix_attachment_upload_day", "attachment_upload", ["day"])


def downgrade() -> None:
    op.drop_table("attachment_upload")
    op.drop_table("attachment_chunk")
