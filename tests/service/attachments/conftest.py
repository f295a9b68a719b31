# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages of reporters, pages of readers, and posts without a browser: as other rooms test them."""

from __future__ import annotations

from tests.service.desks.conftest import open_page, scene
from tests.service.reports.conftest import built_bundle, csrf, keys, page, readers, reporter, tool

__all__ = ["built_bundle", "csrf", "keys", "open_page", "page", "readers"]
__all__ += ["reporter", "scene", "tool"]
