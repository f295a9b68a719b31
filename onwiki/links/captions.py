# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words around a link, offered as its caption: the reporter may change or drop them."""

from __future__ import annotations

import re

MAX_CAPTION = 160
# How far around a link words are looked for, in characters: keeps the whole linear.
_REACH = 400

_WIKILINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_SPACES = re.compile(r"\s+")
# List bullets, quotation marks of e-mails, bold and italics, the colon before the link
_TRIMMED = " \t*#:;>|-–—•·,.'\"“”„«»()[]<>{}=~、。，：（）「」"  # noqa: RUF001
# Shorter ones in Latin letters ("see", "and") say nothing.
_MIN_CAPTION = 4


def tidy(text: str) -> str:
    """A caption on one line, without markup at its ends, cut at a word."""
    text = _SPACES.sub(" ", _WIKILINK.sub(r"\1", text)).strip(_TRIMMED)
    if len(text) <= MAX_CAPTION:
        return text
    return text[:MAX_CAPTION].rpartition(" ")[0].rstrip(_TRIMMED) or text[:MAX_CAPTION]


def around(text: str, start: int, end: int, after: int, before: int) -> str:
    """The words next to `text[start:end]`, between the position `after` and the one `before`.

    Those before it on its line, else those behind it, else the line above ("He wrote this:").
    Empty when the link stands alone.
    """
    behind_previous = text[max(after, start - _REACH) : start]
    lines = behind_previous.split("\n")
    following = text[end : min(before, end + _REACH)].partition("\n")[0]
    above = lines[-2] if len(lines) > 1 else ""
    outside = following.rpartition("}}")[2]  # the link may stand in a template's parameter
    for caption in (_ending(lines[-1]), tidy(outside), _ending(above)):
        if len(caption) >= _MIN_CAPTION or not caption.isascii():
            return caption
    return ""


def _ending(line: str) -> str:
    """The end of a line that leads to a link: there the words are that belong to it."""
    line = line.partition("{{")[0]
    caption = _SPACES.sub(" ", _WIKILINK.sub(r"\1", line)).strip(_TRIMMED)
    if len(caption) <= MAX_CAPTION:
        return caption
    return caption[-MAX_CAPTION:].partition(" ")[2].strip(_TRIMMED) or caption[-MAX_CAPTION:]
