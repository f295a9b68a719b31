# SPDX-License-Identifier: AGPL-3.0-or-later
"""All pages of the thread: importing this module puts them on the blueprint."""

from __future__ import annotations

from service.thread import reader_views, reporter_views
from service.thread.blueprint import blueprint

__all__ = ["blueprint", "reader_views", "reporter_views"]
