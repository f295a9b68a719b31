# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which messages ``browser/desk/interactions.ts`` needs. It lists the same; a test compares."""

from __future__ import annotations

from typing import Final

INTERACTION_MESSAGES: Final = (
    "interactions-about",
    "interactions-answered",
    "interactions-apart-days",
    "interactions-apart-hours",
    "interactions-apart-minutes",
    "interactions-apart-seconds",
    "interactions-asked",
    "interactions-counts",
    "interactions-edit",
    "interactions-more",
    "interactions-not-further",
    "interactions-not-there",
    "interactions-remove",
    "interactions-removed",
    "interactions-since",
    "interactions-state-answered",
    "interactions-state-dropped",
    "interactions-state-given-up",
    "interactions-state-later",
    "interactions-state-waiting",
)
