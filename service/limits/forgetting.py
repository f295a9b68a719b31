# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counters of windows that are over: erased after a day."""

from __future__ import annotations

from service.worker.context import Context


def forget_counts(context: Context) -> None:
    """Erase them."""
    with context.database.write() as session:
        context.domain.counters.forget(session, context.clock().date())
