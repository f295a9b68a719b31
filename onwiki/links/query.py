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
    values: dict[str, str] = {}
    ids: list[str] = []
    duplicate = array = False
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if name not in _KNOWN:
            if name.isalnum() and name.isascii():
                continue
            # PHP drops leading spaces of a name; an encoded name is the same name.
            name = decode_query(name).lstrip(" ")
            base, bracket, index = name.partition("[")
            if bracket:
                key = index.removesuffix("]")
                if base == "ids" and key and "[" not in key:
                    ids.append(key)
                else:
                    array = array or base in _KNOWN
                continue
            if name not in _KNOWN:
                continue
        duplicate = duplicate or name in values
        values[name] = decode_query(value)
    if duplicate:
        raise Refused(RejectReason.DUPLICATE_PARAM)
    if array:
        raise Refused(RejectReason.MALFORMED)
    return Query(values, tuple(ids))
