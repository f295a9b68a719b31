# SPDX-License-Identifier: AGPL-3.0-or-later
"""What surrounds a link when it is pasted: spaces, invisible marks, brackets, punctuation."""

from __future__ import annotations

import re

from onwiki.links.rejection import Refused, RejectReason

MAX_BYTES = 2048

INVISIBLE = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
# Control characters (C0, C1), line separators, lone surrogates, the backslash, invisible marks
_BAD = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\\{INVISIBLE}]")
_AROUND = " \t\r\n\v\f\u00a0\u1680\u2002\u2003\u2009\u202f\u3000" + INVISIBLE
_OPENING = "(<\"'" + _AROUND
_CLOSING = ")]>.,;|'\"" + _AROUND


def trim(text: str) -> str:
    """Without spaces and invisible marks around it. Raises `Refused` when it cannot be a link."""
    core = text.strip(_AROUND)
    if not core:
        raise Refused(RejectReason.EMPTY)
    if len(core) * 4 > MAX_BYTES and _is_too_long(core):
        raise Refused(RejectReason.TOO_LONG)
    return core


def refuse_bad_characters(text: str) -> None:
    """Control characters, backslashes and invisible marks inside a link: refused unread."""
    if text.isascii() and text.isprintable() and "\\" not in text:
        return
    if _BAD.search(text):
        raise Refused(RejectReason.BAD_CHAR)


def without_opening(text: str) -> str:
    """Without the brackets and quotation marks before the link."""
    return text.lstrip(_OPENING)


def without_closing(text: str) -> str:
    """Without the punctuation behind the link; a `)` that closes one inside the link stays."""
    body = text.rstrip(_CLOSING)
    tail = text[len(body) :]
    if ")" not in tail:
        return body
    # From the right, as many go as were never opened, with whatever stands behind them.
    unmatched = max(0, text.count(")") - text.count("("))
    pieces = tail.rsplit(")", unmatched + 1)
    return body if len(pieces) < unmatched + 2 else f"{body}{pieces[0]})"


def is_only_closing(text: str) -> bool:
    """Whether nothing but punctuation and space is left."""
    return not text.strip(_CLOSING)


def _is_too_long(text: str) -> bool:
    return len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES
