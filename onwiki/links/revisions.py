# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which edit the parameters `diff`, `oldid`, `direction` and `undo` of index.php show.

The rules are those of Article::getOldIDFromRequest, Article::showDiffPage and
DifferenceEngine::mapDiffPrevNext; EVIDENCE.md has them as a table.
"""

from __future__ import annotations

import re

from onwiki.links.ids import is_zero, parse_id
from onwiki.links.query import Query
from onwiki.links.reference import Neighbour, Range, Relative, Revision
from onwiki.links.rejection import Refused, RejectReason
from onwiki.wikis import Wiki

RevisionReference = Revision | Range | Relative

# What PHP's is_numeric takes: MediaWiki then uses it as a number, anything else it ignores.
_NUMERIC = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?\Z")
_KEYWORDS = {"prev": Neighbour.PREV, "next": Neighbour.NEXT, "cur": Neighbour.CUR}


def from_query(wiki: Wiki, query: Query) -> RevisionReference | None:
    """The edit that index.php's parameters name, or None when they name none."""
    if "diff" in query.values:
        return from_diff(wiki, query.values["diff"], query.text("oldid"))
    if undo := query.text("undo"):
        return Revision(wiki.dbname, parse_id(undo))
    if oldid := query.text("oldid"):
        revid = parse_id(oldid)
        match query.text("direction"):
            case "prev":
                return Relative(wiki.dbname, revid, Neighbour.PREV)
            case "next":
                return Relative(wiki.dbname, revid, Neighbour.NEXT)
            case _:
                return Revision(wiki.dbname, revid)
    return None


def from_diff(wiki: Wiki, diff: str, oldid: str) -> RevisionReference:
    """What `diff=…&oldid=…` shows; `oldid` is empty when it is not there."""
    diff = diff.strip(" ")
    if (keyword := _KEYWORDS.get(diff)) is not None:
        base = _base(oldid)
        if base is None:
            raise Refused(RejectReason.MOVING_TARGET)
        if keyword is Neighbour.PREV:
            return Revision(wiki.dbname, base)
        return Relative(wiki.dbname, base, keyword)
    if diff == "" or is_zero(diff):
        base = _base(oldid)
        if base is None:
            raise Refused(RejectReason.BAD_ID if diff else RejectReason.NO_ID)
        return Relative(wiki.dbname, base, Neighbour.CUR)
    new = parse_id(diff)
    base = _base(oldid)
    return Revision(wiki.dbname, new) if base is None else Range(wiki.dbname, base, new)


def _base(oldid: str) -> int | None:
    """The revision that the left side starts from; None when MediaWiki takes the parent."""
    oldid = oldid.strip(" ")
    if is_zero(oldid) or not _NUMERIC.match(oldid):
        return None
    return parse_id(oldid)
