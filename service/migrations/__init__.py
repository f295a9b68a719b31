# SPDX-License-Identifier: AGPL-3.0-or-later
"""The database's schema, step by step (Alembic)."""
