# SPDX-License-Identifier: AGPL-3.0-or-later
"""Percent-encoding, undone exactly once."""

from __future__ import annotations

import re
from urllib.parse import unquote

from onwiki.links.rejection import Refused, RejectReason

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def decode_path(text: str) -> str:
    """Undo percent-encoding in a path or fragment, where `+` is itself."""
    if "%" not in text:
        return text
    return _without_controls(unquote(text))


def decode_query(text: str) -> str:
    """Undo percent-encoding in a name or value of the query, where `+` is a space."""
    if "+" in text:
        text = text.replace("+", " ")
    return decode_path(text)


def _without_controls(text: str) -> str:
    if _CONTROL.search(text):
        raise Refused(RejectReason.BAD_CHAR)
    return text
