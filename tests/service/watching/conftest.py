# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desks' fixtures, for readers' pages in a browser."""

from tests.service.desks.conftest import come, open_page, reader, scene, world

__all__ = ["come", "open_page", "reader", "scene", "world"]
