# SPDX-License-Identifier: AGPL-3.0-or-later
"""The query of a link, read as PHP reads it, as far as MediaWiki would use it for evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from onwiki.links.decoding import decode_query
from onwiki.links.rejection import Refused, RejectReason

# Every parameter that decides what a link points at. All others are skipped: PHP and MediaWiki
# ignore them, so twice or as an array they cannot change what the link shows.
_KNOWN = frozenset(
    {
        "action",
        "curid",
        "diff",
        "direction",
        "ids",
        "idorname",
        "logid",
        "oldid",
        "page",
        "page1",
        "page2",
        "rev1",
        "rev2",
        "revid",
        "target",
        "timestamp",
        "title",
        "topic_showPostId",
        "type",
        "undo",
        "uuid",
        "wptype",
        "wpvalue",
    }
)
# No form of MediaWiki makes a longer one; and PHP drops what is over its own limit.
_MAX_PARAMETERS = 100


@dataclass(frozen=True, slots=True)
class Query:
    """`values`: the known parameters, decoded. `ids`: the keys of RevisionDelete's `ids[N]=1`."""

    values: Mapping[str, str]
    ids: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """A parameter without surrounding spaces; empty when it is not there."""
        return self.values.get(name, "").strip(" ")


NO_QUERY = Query({})


def parse_query(text: str) -> Query:
    """Read a query (without its `?`).

    A parameter that decides and is there twice is refused: PHP takes the last, other parsers the
    first, and so two readers would see two different edits. Raises `Refused`.
    """
    if not text:
        return NO_QUERY
    if text.count("&") >= _MAX_PARAMETERS:
        raise Refused(RejectReason.MALFORMED)
    values: dict[str, str] = {}
    ids: list[str] = []
    duplicate = array = False
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if name not in _KNOWN:
            name, key = _php_name(name)
            if name not in _KNOWN:
                continue
            if key is not None:
                ids.append(key)
                array = array or name != "ids" or not key
                continue
        duplicate = duplicate or name in values
        values[name] = decode_query(value)
    if duplicate:
        raise Refused(RejectReason.DUPLICATE_PARAM)
    if array:
        raise Refused(RejectReason.MALFORMED)
    return Query(values, tuple(ids))


def _php_name(name: str) -> tuple[str, str | None]:
    """The name under which PHP files a parameter, and the key if that makes it an array.

    Encoded names are the same names, spaces before them are dropped.
    """
    if name.isalnum() and name.isascii():
        return name, None
    base, bracket, key = decode_query(name).lstrip(" ").partition("[")
    return base, key.removesuffix("]") if bracket else None
