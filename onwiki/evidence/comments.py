# SPDX-License-Identifier: AGPL-3.0-or-later
"""Comments of DiscussionTools, resolved to the edits that made them.

`action=discussiontoolsfindcomment` tells the page; its `oldid` is null for comments that still
stand there. The edit is looked for by the signature's minute (FACTS.md), first among the signing
account's edits; when it made none, everybody's, so that a forged signature shows.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from onwiki.bot import ApiRefused
from onwiki.errors import Unavailable
from onwiki.evidence.asking import Asker
from onwiki.evidence.edits import existing
from onwiki.evidence.findings import Uncheckable
from onwiki.evidence.found import CommentFound
from onwiki.evidence.late import Late, not_asked, not_checked, not_visible
from onwiki.evidence.revisions import Seen
from onwiki.evidence.shapes import RVPROP, BadShape, RevisionFacts, revisions_in, rows, text
from onwiki.links import Comment, Revision

COMMENT_ID = re.compile(r"(c|h)-(.+?)-([0-9]{14})(?=-|\Z)", re.DOTALL)
"""The time is the first 14 digits, from the left, that the end or a hyphen follows."""

MOST_PAGES = 3
"""A signature that is found on more pages than this was copied around."""

MOST_EDITS = 20


@dataclass(frozen=True)
class Signature:
    """What a comment's id says. `author` is None for a heading."""

    author: str | None
    minute: datetime


def signature_of(comment_id: str) -> Signature | None:
    """Read an id; None for one of another shape (older DiscussionTools)."""
    match = COMMENT_ID.match(comment_id)
    if match is None:
        return None
    try:
        moment = datetime.strptime(match[3], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    author = match[2].replace("_", " ") if match[1] == "c" else None
    return Signature(author, moment.replace(second=0))


def ask_comment(asker: Asker, ref: Comment, seen: Seen) -> Late:
    """What the wiki says about one comment. Requests: 1, and 1 or 2 for each page it is on."""
    signature = signature_of(ref.comment_id)
    if signature is None:
        return not_checked(ref, Uncheckable.KIND)
    try:
        return resolve(asker, ref, signature, seen)
    except ApiRefused as refused:
        if refused.code == "badvalue":  # no such action: DiscussionTools is not installed
            return not_checked(ref, Uncheckable.WIKI)
        return not_asked(ref, asker, Unavailable.REFUSED)
    except BadShape:
        return not_asked(ref, asker, Unavailable.MALFORMED)


def resolve(asker: Asker, ref: Comment, signature: Signature, seen: Seen) -> Late:
    """From the comment to its pages, to the edits. Raises ApiRefused, BadShape."""
    if not asker.answered:
        asker.query({})  # is it the wiki that we mean? This action's answer does not say
    titles = find_pages(asker, ref)
    if titles is None:
        return not_asked(ref, asker)
    if not titles:
        return not_visible(ref)
    edits: list[RevisionFacts] = []
    for title in titles[:MOST_PAGES]:
        edits += edits_of_minute(asker, title, signature)
    if asker.fault is not None:
        return not_asked(ref, asker)
    asker.want_authors(facts.author.local_id for facts in edits if facts.author)
    return late_of(ref, titles, signature, edits, seen)


def find_pages(asker: Asker, ref: Comment) -> list[str] | None:
    """Titles of the pages that hold the comment. Raises ApiRefused, BadShape."""
    answer = asker.call({"action": "discussiontoolsfindcomment", "idorname": ref.comment_id})
    if answer is None:
        return None
    hits = rows(answer, "discussiontoolsfindcomment")
    return list(dict.fromkeys(text(hit, "title") for hit in hits))


def edits_of_minute(asker: Asker, title: str, signature: Signature) -> list[RevisionFacts]:
    """The signing account's edits of the page in that minute, else anybody's."""
    end = signature.minute + timedelta(seconds=59)
    parameters = {
        "prop": "revisions",
        "titles": title,
        "rvprop": RVPROP,
        "rvlimit": str(MOST_EDITS),
        "rvstart": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "rvend": f"{signature.minute:%Y-%m-%dT%H:%M:%SZ}",
    }
    if signature.author is not None:
        own = visible(asker.query(parameters | {"rvuser": signature.author}))
        if own:
            return own
    return visible(asker.query(parameters))


def visible(query: Mapping[str, Any] | None) -> list[RevisionFacts]:
    found = list(revisions_in(query)) if query is not None else []
    return [facts for facts in found if not facts.suppressed]


def late_of(
    ref: Comment,
    titles: Sequence[str],
    signature: Signature,
    edits: Sequence[RevisionFacts],
    seen: Seen,
) -> Late:
    for facts in edits:
        seen.add(facts)
    return lambda central_ids, now: CommentFound(
        reference=ref,
        checked_at=now,
        titles=tuple(titles),
        signed=signature.author,
        edits=tuple(
            existing(Revision(ref.wiki, facts.revid), facts, seen, central_ids, now)
            for facts in edits
        ),
    )
