# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run by Alembic with the connection that ``service.migrations.state`` opened."""

from alembic import context

from service.migrations.state import CONNECTION
from service.migrations.tables import all_tables

context.configure(
    connection=context.config.attributes[CONNECTION],
    target_metadata=all_tables(),
    # SQLite changes a column by copying its table.
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
