# SPDX-License-Identifier: AGPL-3.0-or-later
"""What surrounds a link when it is pasted: spaces, invisible marks, brackets, punctuation."""

from __future__ import annotations

import re

from onwiki.links.rejection import Refused, RejectReason

MAX_BYTES = 2048

_INVISIBLE = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
# Control characters (C0, C1), line separators, lone surrogates, the backslash, invisible marks
_BAD = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\\{_INVISIBLE}]")
_SPACE = " \t\r\n\v\f\u00a0\u3000"
_AROUND = frozenset(_SPACE + _INVISIBLE)
_OPENING = frozenset("(<\"'")
_CLOSING = frozenset(")]>.,;|'\"")


def trim(text: str) -> str:
    """Without spaces and invisible marks around it. Raises `Refused` when it cannot be a link."""
    start, end = 0, len(text)
    while start < end and text[start] in _AROUND:
        start += 1
    while end > start and text[end - 1] in _AROUND:
        end -= 1
    core = text[start:end]
    if not core:
        raise Refused(RejectReason.EMPTY)
    if len(core) * 4 > MAX_BYTES and _is_too_long(core):
        raise Refused(RejectReason.TOO_LONG)
    return core


def refuse_bad_characters(text: str) -> None:
    """Control characters, backslashes and invisible marks inside a link: refused unread."""
    if _BAD.search(text):
        raise Refused(RejectReason.BAD_CHAR)


def without_opening(text: str) -> str:
    """Without the brackets and quotation marks before the link."""
    start = 0
    while start < len(text) and (text[start] in _OPENING or text[start] in _AROUND):
        start += 1
    return text[start:]


def without_closing(text: str) -> str:
    """Without the punctuation behind the link; a `)` that closes one inside the link stays."""
    end = len(text)
    unmatched = text.count(")") - text.count("(")
    while end > 0:
        last = text[end - 1]
        if last == ")":
            if unmatched <= 0:
                break
            unmatched -= 1
        elif last not in _CLOSING and last not in _AROUND:
            break
        end -= 1
    return text[:end]


def is_only_closing(text: str) -> bool:
    """Whether nothing but punctuation and space is left."""
    return all(character in _CLOSING or character in _AROUND for character in text)


def _is_too_long(text: str) -> bool:
    return len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES
