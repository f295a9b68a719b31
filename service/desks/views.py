# SPDX-License-Identifier: AGPL-3.0-or-later
"""All of a desk's pages: importing this module puts them on the blueprint."""

from __future__ import annotations

from service.desks import (
    case_views,
    evidence_views,
    first_key_views,
    identity_views,
    intake_views,
    queue_views,
    removal_views,
    review_views,
    roster_views,
)
from service.desks.blueprint import blueprint

__all__ = [
    "blueprint",
    "case_views",
    "evidence_views",
    "first_key_views",
    "identity_views",
    "intake_views",
    "queue_views",
    "removal_views",
    "review_views",
    "roster_views",
]
