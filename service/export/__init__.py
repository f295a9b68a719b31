# SPDX-License-Identifier: AGPL-3.0-or-later
"""A case taken along: one file that stock ``age`` opens (docs/offline.md)."""
