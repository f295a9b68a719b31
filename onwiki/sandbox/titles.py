# SPDX-License-Identifier: AGPL-3.0-or-later
"""Page titles as MediaWiki's TitleParser reads them (the part that the sandbox needs)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

NAMESPACES: dict[int, str] = {
    -2: "Media",
    -1: "Special",
    0: "",
    1: "Talk",
    2: "User",
    3: "User talk",
    4: "Project",
    5: "Project talk",
    6: "File",
    7: "File talk",
    8: "MediaWiki",
    9: "MediaWiki talk",
    10: "Template",
    11: "Template talk",
    12: "Help",
    13: "Help talk",
    14: "Category",
    15: "Category talk",
}
ALIASES: dict[int, tuple[str, ...]] = {6: ("Image",), 7: ("Image talk",)}

_BY_NAME = {name.lower(): number for number, name in NAMESPACES.items() if name} | {
    alias.lower(): number for number, names in ALIASES.items() for alias in names
}
_FORBIDDEN = re.compile(r"[#<>\[\]{}|\x00-\x1f\x7f]")
_MAX_BYTES = 255


class InvalidTitle(ValueError):
    """Not a title that a page could have. ``str()`` is MediaWiki's sentence about it."""


@dataclass(frozen=True)
class Title:
    """A page name: namespace number and text with spaces (``Title(3, "Larkspur")``)."""

    ns: int
    text: str

    def __str__(self) -> str:
        name = NAMESPACES[self.ns]
        return f"{name}:{self.text}" if name else self.text

    @property
    def is_talk(self) -> bool:
        return self.ns > 0 and self.ns % 2 == 1

    @property
    def associated(self) -> Title | None:
        """The talk page of a page and the other way round; None for special pages."""
        if self.ns < 0:
            return None
        return Title(self.ns - 1 if self.is_talk else self.ns + 1, self.text)


def parse_title(raw: str) -> Title:
    """Read a title in any spelling. Raises InvalidTitle."""
    text = _squash(raw).lstrip(":").strip()
    ns = 0
    head, colon, rest = text.partition(":")
    if colon and head.strip().lower() in _BY_NAME:
        ns, text = _BY_NAME[head.strip().lower()], rest.strip()
    text = text.partition("#")[0].strip()
    bad = _FORBIDDEN.search(text)
    if bad:
        raise InvalidTitle(
            f'The requested page title contains invalid characters: "{bad.group()}".'
        )
    if not text:
        raise InvalidTitle("The requested page title is empty or contains only a namespace name.")
    if ns != -1 and len(text.encode()) > _MAX_BYTES:
        raise InvalidTitle("The requested page title is too long.")
    return Title(ns, text[0].upper() + text[1:])


def user_name(raw: str) -> str | None:
    """The canonical spelling of an account name, or None when no account can have it.

    As ``UserNameUtils::getCanonical``: a leading ``User:`` is dropped, the first letter raised,
    underscores are spaces; IP addresses and ``/ @ : # > =`` are refused.
    """
    try:
        title = parse_title(raw)
    except InvalidTitle:
        return None
    if title.ns not in {0, 2}:
        return None
    name = title.text
    if re.search(r"[@:>=/]", name) or is_ip(name) or len(name.encode()) > _MAX_BYTES:
        return None
    return name


def is_ip(name: str) -> bool:
    """Whether MediaWiki would take the name for an IP address (``1.2.3.xxx`` included)."""
    return bool(
        re.fullmatch(r"\d{1,3}(\.\d{1,3}){2}\.(\d{1,3}|xxx)", name)
        or re.fullmatch(r"[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){2,7}", name)
    )


def _squash(raw: str) -> str:
    plain = unicodedata.normalize("NFC", raw)
    plain = "".join(c for c in plain if c not in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e")
    return re.sub(r"[ _\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+", " ", plain)
