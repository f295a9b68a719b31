# SPDX-License-Identifier: AGPL-3.0-or-later
"""A little wikitext as safe HTML: headings, paragraphs, lists, links, bold and italic.

Everything is escaped first; only the marks below become elements, so nothing that is written on
a page can become markup of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup, escape

Address = Callable[[str], str]
"""Gives the path of a page by its title."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r"^(={2,5})\s*(.+?)\s*\1\s*$")
_ITEM = re.compile(r"^([*#:]+)\s*(.*)$")
_LINK = re.compile(r"\[\[([^\]|\n]+)(?:\|([^\]\n]+))?\]\]")
_EXTERNAL = re.compile(r"\[(https?://[^\s\]]+)(?:\s+([^\]\n]+))?\]")


def render(text: str, address: Address) -> Markup:
    """The HTML of a page. ``address`` turns a title into a path."""
    blocks: list[Markup] = []
    paragraph: list[str] = []
    items: list[str] = []

    def close() -> None:
        if paragraph:
            blocks.append(Markup("<p>%s</p>") % _inline("\n".join(paragraph), address))
            paragraph.clear()
        if items:
            inside = Markup("").join(Markup("<li>%s</li>") % _inline(i, address) for i in items)
            blocks.append(Markup("<ul>%s</ul>") % inside)
            items.clear()

    for line in _COMMENT.sub("", text).splitlines():
        heading, item = _HEADING.match(line), _ITEM.match(line)
        if heading:
            close()
            level = len(heading[1])
            inside = _inline(heading[2], address)
            blocks.append(Markup(f"<h{level}>%s</h{level}>") % inside)  # noqa: S704 - a number
        elif item:
            if paragraph:
                close()
            items.append(item[2])
        elif not line.strip():
            close()
        else:
            if items:
                close()
            paragraph.append(line)
    close()
    return Markup("\n").join(blocks)


def _inline(text: str, address: Address) -> Markup:
    """Links, bold and italic of a line. Link parts are escaped one by one."""
    out = Markup("")
    position = 0
    for hit in sorted(
        [*_LINK.finditer(text), *_EXTERNAL.finditer(text)], key=lambda found: found.start()
    ):
        if hit.start() < position:
            continue
        out += _emphasis(text[position : hit.start()])
        position = hit.end()
        target, label = hit[1], hit[2] or hit[1]
        if hit.re is _LINK:
            out += Markup('<a href="%s">%s</a>') % (address(target.strip().lstrip(":")), label)
        else:
            link = Markup('<a href="%s" rel="nofollow noreferrer">%s</a>')
            out += link % (target, label)
    return out + _emphasis(text[position:])


def _emphasis(text: str) -> Markup:
    safe = str(escape(text)).replace("&#39;", "'")
    safe = re.sub(r"'''(.+?)'''", r"<strong>\1</strong>", safe)
    safe = re.sub(r"''(.+?)''", r"<em>\1</em>", safe)
    return Markup(safe)  # noqa: S704 - escaped above
