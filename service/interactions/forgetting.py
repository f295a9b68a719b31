# SPDX-License-Identifier: AGPL-3.0-or-later
"""Questions and answers are erased after thirty days, by the worker's sweep."""

from __future__ import annotations

from service.worker.context import Context


def forget_interactions(context: Context) -> None:
    with context.database.write() as session:
        context.domain.interactions.forget(session, context.clock().date())
