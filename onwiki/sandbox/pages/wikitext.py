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
    blocks = _Blocks(address)
    for line in _COMMENT.sub("", text).splitlines():
        blocks.take(line)
    blocks.close()
    return Markup("\n").join(blocks.done)


class _Blocks:
    """Lines gathered into paragraphs, lists and replies; a line of another kind closes them."""

    def __init__(self, address: Address) -> None:
        self.done: list[Markup] = []
        self._address = address
        self._kind = ""
        self._lines: list[tuple[int, str]] = []

    def take(self, line: str) -> None:
        heading, item = _HEADING.match(line), _ITEM.match(line)
        if heading:
            self._add(f"h{len(heading[1])}", 0, heading[2])
            self.close()
        elif item:
            kind = "reply" if item[1].startswith(":") else "list"
            self._add(kind, min(len(item[1]), 3), item[2])
        elif line.strip():
            self._add("p", 0, line)
        else:
            self.close()

    def close(self) -> None:
        """Write down what was gathered."""
        if self._lines:
            self.done.append(self._block())
        self._kind, self._lines = "", []

    def _add(self, kind: str, depth: int, text: str) -> None:
        if kind != self._kind:
            self.close()
        self._kind = kind
        self._lines.append((depth, text))

    def _block(self) -> Markup:
        inside = [(depth, _inline(text, self._address)) for depth, text in self._lines]
        if self._kind == "list":
            items = Markup("").join(Markup("<li>%s</li>") % shown for _, shown in inside)
            return Markup("<ul>%s</ul>") % items
        if self._kind == "reply":
            reply = Markup('<p class="reply%d">%s</p>')
            return Markup("").join(reply % (depth, shown) for depth, shown in inside)
        shown = Markup("\n").join(each for _, each in inside)
        return Markup("<%s>%s</%s>") % (self._kind, shown, self._kind)


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
