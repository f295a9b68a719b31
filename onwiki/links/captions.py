# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words around a link, offered as its caption: the reporter may change or drop them."""

from __future__ import annotations

import html
import re

from onwiki.links.trimming import INVISIBLE

MAX_CAPTION = 160
# How far around a link words are looked for, in characters: keeps the whole linear.
_REACH = 400

_WIKILINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_BLOCK_TAG = re.compile(
    r"</?(?:blockquote|br|dd|div|dl|dt|h[1-6]|li|ol|p|pre|table|td|th|tr|ul)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_BOLD_ITALIC = re.compile(r"'{2,}")
_SPACES = re.compile(r"\s+")
# List bullets, quotation marks of e-mails, bold and italics, the colon before the link
_TRIMMED = " \t*#:;>|-–—•·,.'\"“”„«»()[]<>{}=~、。，：（）「」" + INVISIBLE  # noqa: RUF001
_NUMBER_IN_LIST = re.compile(r"\A[0-9]{1,3}[.)]\s")
# Shorter ones in Latin letters ("see", "and") say nothing.
_MIN_CAPTION = 4


def tidy(text: str) -> str:
    """A caption on one line, without markup, cut at a word."""
    text = _plain(text)
    if len(text) <= MAX_CAPTION:
        return text
    return text[:MAX_CAPTION].rpartition(" ")[0].rstrip(_TRIMMED) or text[:MAX_CAPTION]


def around(text: str, start: int, end: int, after: int, before: int) -> str:
    """The words next to `text[start:end]`, between the position `after` and the one `before`.

    Those that the link itself shows (Markdown, HTML), else those before it on its line, else those
    behind it, else the line above ("He wrote this:"). Empty when the link stands alone.
    """
    leading = text[max(after, start - _REACH) : start]
    following = text[end : min(before, end + _REACH)]
    own = ""
    if leading.endswith("]("):
        leading, _, own = leading[:-2].rpartition("[")
        following = following[1:]
    elif _in_attribute(leading.rpartition("<")[2]):
        leading = leading.rpartition("<")[0]
        own, _, following = following.partition(">")[2].partition("</")
        following = following.partition(">")[2]
    lines = _BLOCK_TAG.sub("\n", leading).split("\n")
    above = lines[-2] if len(lines) > 1 else ""
    rest = _BLOCK_TAG.sub("\n", following).partition("\n")[0]
    outside = rest.rpartition("}}")[2]  # the link may stand in a template's parameter
    for caption in (tidy(own), _ending(lines[-1]), tidy(outside), _ending(above)):
        if _says_something(caption):
            return caption
    return ""


def _in_attribute(tag: str) -> bool:
    """Whether what follows the last `<` is a tag in which the link is a value (`a href="`)."""
    return tag[:1].isalpha() and tag.rstrip("\"'").endswith("=") and ">" not in tag


def _ending(line: str) -> str:
    """The end of a line that leads to a link: there the words are that belong to it."""
    caption = _plain(line.partition("{{")[0])
    if len(caption) <= MAX_CAPTION:
        return caption
    return caption[-MAX_CAPTION:].partition(" ")[2].strip(_TRIMMED) or caption[-MAX_CAPTION:]


def _plain(text: str) -> str:
    text = _BOLD_ITALIC.sub("", _WIKILINK.sub(r"\1", _TAG.sub("", text)))
    text = _SPACES.sub(" ", html.unescape(text)).strip(_TRIMMED)
    return _NUMBER_IN_LIST.sub("", text).strip(_TRIMMED)


def _says_something(caption: str) -> bool:
    if caption.isascii():
        return len(caption) >= _MIN_CAPTION
    return any(character.isalnum() for character in caption)
