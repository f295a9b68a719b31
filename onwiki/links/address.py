# SPDX-License-Identifier: AGPL-3.0-or-later
"""The link that is shown: always built anew from the wiki, the kind and the id."""

from __future__ import annotations

from onwiki.links.reference import (
    AbuseLogEntry,
    Comment,
    DeletedRevision,
    FlowPost,
    History,
    LogEntry,
    Neighbour,
    NotEvidence,
    Page,
    Range,
    Reference,
    Relative,
    Revision,
    ShortLink,
    Title,
)
from onwiki.wikis import WikiList, quote_title

# The page that shows a reference, where one is enough.
_PAGES: dict[type, str] = {
    AbuseLogEntry: "Special:AbuseLog/{0.afl_id}",
    FlowPost: "Special:Flow/post/{0.post_id}",
    LogEntry: "Special:Redirect/logid/{0.logid}",
    Range: "Special:Diff/{0.old}/{0.new}",
    Relative: "Special:Diff/{0.revid}/{0.to}",
    Revision: "Special:Diff/{0.revid}",
    Title: "{0.title}",
}


def address(reference: Reference, wikis: WikiList) -> str | None:
    """The address that a reader may follow; recognising it gives the same reference again.

    None for what is no evidence, and for a wiki that is not on the list (any more).
    """
    if isinstance(reference, ShortLink):
        return wikis.shortener.address(reference.code)
    wiki = wikis.by_dbname(reference.wiki)
    if wiki is None or wiki.private or isinstance(reference, NotEvidence):
        return None
    if (query := _query(reference)) is not None:
        return f"{wiki.index_url}?{query}"
    return wiki.page_url(_PAGES[type(reference)].format(reference))


def _query(reference: Reference) -> str | None:
    """The query for index.php of what no page shows."""
    match reference:
        case Relative(_, revid, Neighbour.PREV):
            return f"oldid={revid}&direction=prev"
        case Page(_, page_id):
            return f"curid={page_id}"
        case Comment(_, comment_id):  # as a subpage, a "#" in a heading's id would cut it
            return f"title=Special:GoToComment&idorname={quote_title(comment_id)}"
        case DeletedRevision(_, title, timestamp):
            return f"title=Special:Undelete&target={quote_title(title)}&timestamp={timestamp}"
        case History(_, title):
            return f"title={quote_title(title)}&action=history"
    return None
