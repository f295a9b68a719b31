# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reasons that somebody typed, as they are written down."""

from __future__ import annotations


def one_line(text: str) -> str:
    """``text`` on one line, without what cannot be seen."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
