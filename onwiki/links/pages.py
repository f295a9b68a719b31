# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a page name with a query and a fragment points at: MediaWiki::parseTitle and what follows.

The ids win over the title, but a special page keeps parameters of these names for itself.
"""

from __future__ import annotations

from onwiki.links import revisions
from onwiki.links.decoding import decode_path
from onwiki.links.ids import as_comment_id, as_flow_id, parse_id
from onwiki.links.query import Query
from onwiki.links.reference import Comment, FlowPost, History, Page, Reference, Title
from onwiki.links.rejection import Refused, RejectReason
from onwiki.links.special import revision_delete, special_reference
from onwiki.links.titles import PageName, resolve
from onwiki.wikis import Wiki, WikiList

_FLOW_ANCHOR = "flow-post-"


def page_reference(
    text: str, query: Query, fragment: str, wiki: Wiki, wikis: WikiList
) -> Reference:
    """What the page `text` (decoded, may be empty) of `wiki` shows with this query.

    `fragment` is raw. Raises `Refused`.
    """
    name = resolve(text, wiki, wikis)
    curid = query.text("curid")
    if name.special is not None and not curid:
        return special_reference(name, query, wikis)
    if (revision := _revision(name, query, wiki, wikis)) is not None:
        return revision
    if (comment := _comment(name, fragment)) is not None:
        return comment
    if curid:
        return Page(wiki.dbname, parse_id(curid))
    if not name.title:
        raise Refused(RejectReason.NO_ID)
    if query.text("action").lower() == "history":
        return History(name.wiki.dbname, name.title)
    return _flow_post(name, query, fragment) or Title(name.wiki.dbname, name.title)


def _revision(name: PageName, query: Query, wiki: Wiki, wikis: WikiList) -> Reference | None:
    """The edit that the parameters name: always one of `wiki`, wherever the title leads."""
    if (revision := revisions.from_query(wiki, query)) is not None:
        return revision
    action = query.text("action").lower()
    if action in ("revisiondelete", "historysubmit") and (query.ids or query.text("ids")):
        return revision_delete(name, query, wikis)
    return None


def _comment(name: PageName, fragment: str) -> Comment | None:
    comment_id = as_comment_id(decode_path(fragment) if fragment else name.fragment)
    return None if comment_id is None else Comment(name.wiki.dbname, comment_id)


def _flow_post(name: PageName, query: Query, fragment: str) -> FlowPost | None:
    """A topic, or the post of it that the link shows; only where Structured Discussions is."""
    namespace, _, topic = name.title.partition(":")
    topic_id = as_flow_id(topic)
    if not name.wiki.flow or namespace.lower() != "topic" or topic_id is None:
        return None
    if shown := query.text("topic_showPostId"):
        post_id = as_flow_id(shown)
        if post_id is None:
            raise Refused(RejectReason.BAD_ID)
        return FlowPost(name.wiki.dbname, post_id)
    anchor = as_flow_id(fragment.removeprefix(_FLOW_ANCHOR))
    if fragment.startswith(_FLOW_ANCHOR) and anchor is not None:
        return FlowPost(name.wiki.dbname, anchor)
    return FlowPost(name.wiki.dbname, topic_id)
