# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turning a result into JSON of either format version.

Modules build the shape of ``formatversion=2``. Version 1, pywikibot's, differs: true is an empty
string, false is left out, pages are keyed by number, and the content of an element is called ``*``.
"""

from __future__ import annotations

from typing import Any


class Pages(list[Any]):
    """The list of pages; in version 1 an object keyed by page id, by -1, -2 … without one."""


class Element(dict[str, Any]):
    """An object with a content field, which version 1 calls ``*``."""

    def __init__(self, content_key: str, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.content_key = content_key


class Plain(dict[str, Any]):
    """An object whose booleans stay booleans in version 1 (``BC_BOOLS`` of ApiResult)."""


def in_format(value: Any, version: int) -> Any:
    """The result as the client wants it: ``version`` is 1 or 2."""
    return value if version == 2 else _old(value)


def _old(value: Any, *, keep_booleans: bool = False) -> Any:
    if isinstance(value, Pages):
        return _old_pages(value)
    if isinstance(value, dict):
        star = value.content_key if isinstance(value, Element) else None
        plain = isinstance(value, Plain)
        return {
            "*" if key == star else key: _old(item, keep_booleans=plain)
            for key, item in value.items()
            if item is not False or plain
        }
    if isinstance(value, list | tuple):
        return [_old(item) for item in value]
    if value is True and not keep_booleans:
        return ""
    return value


def _old_pages(pages: Pages) -> dict[str, Any]:
    keyed = {}
    fake = 0
    for page in pages:
        if "pageid" in page:
            key = page["pageid"]
        else:
            fake -= 1
            key = fake
        keyed[str(key)] = _old(page)
    return keyed
