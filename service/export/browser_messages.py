# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which messages the browser code of exporting needs. The TypeScript lists the same; a test
compares.
"""

from __future__ import annotations

from typing import Final

EXPORT_MESSAGES: Final = ("export-saving", "export-showing-key")
"""``desk/exporting.ts``"""
