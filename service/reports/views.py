# SPDX-License-Identifier: AGPL-3.0-or-later
"""All of the reporter's pages: importing this module puts them on the blueprint."""

from __future__ import annotations

from service.reports import filing_views, own_views, withdraw_views
from service.reports.blueprint import blueprint

__all__ = ["blueprint", "filing_views", "own_views", "withdraw_views"]
