# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links to deleted edits (Special:Undelete): what everybody may know of them, one request each.

`prop=deletedrevisions` shows deleted edits to whoever has the right. It is not asked: reporters
read findings, and must not learn through the bot's rights what the wiki hides from them. Public
are the page's history, where the edit is again when somebody restored it, and the deletion log.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from onwiki.bot import ApiRefused
from onwiki.errors import Unavailable
from onwiki.evidence.asking import Asker
from onwiki.evidence.edits import existing
from onwiki.evidence.findings import Suppressed
from onwiki.evidence.found import Deleted
from onwiki.evidence.late import Late, not_asked, not_visible
from onwiki.evidence.revisions import Seen
from onwiki.evidence.shapes import RVPROP, BadShape, moment, revisions_in, rows, text
from onwiki.links import DeletedRevision


def ask_deleted(asker: Asker, ref: DeletedRevision, seen: Seen) -> Late:
    """What the wiki says about one of them."""
    made = made_at(ref)
    if made is None or "|" in ref.title:
        return not_visible(ref)
    second = f"{made:%Y-%m-%dT%H:%M:%SZ}"
    parameters = {
        "titles": ref.title,
        "prop": "revisions",
        "rvprop": RVPROP,
        "rvstart": second,
        "rvend": second,
        "rvlimit": "2",
        "list": "logevents",
        "leaction": "delete/delete",
        "letitle": ref.title,
        "leprop": "title|timestamp|type",
        "lelimit": "1",
    }
    try:
        query = asker.query(parameters)
        if query is None:
            return not_asked(ref, asker)
        return restored(asker, ref, query, seen) or logged(ref, query, made)
    except ApiRefused:
        return not_asked(ref, asker, Unavailable.REFUSED)
    except BadShape:
        return not_asked(ref, asker, Unavailable.MALFORMED)


def made_at(ref: DeletedRevision) -> datetime | None:
    """When the edit was made; None for digits that are no time."""
    try:
        return datetime.strptime(ref.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def restored(
    asker: Asker, ref: DeletedRevision, query: Mapping[str, Any], seen: Seen
) -> Late | None:
    """The one edit of that second, when the page's history has it. Raises BadShape."""
    found = list(revisions_in(query))
    if len(found) != 1:
        return None
    (facts,) = found
    if facts.suppressed:
        return lambda _, now: Suppressed(ref, now)
    seen.add(facts)
    if facts.author:
        asker.want_authors([facts.author.local_id])
    return lambda central_ids, now: existing(ref, facts, seen, central_ids, now)


def logged(ref: DeletedRevision, query: Mapping[str, Any], made: datetime) -> Late:
    """What the public log says of the page. Raises BadShape."""
    after = [row for row in rows(query, "logevents") if moment(row, "timestamp") >= made]
    if not after or after[0].get("actionhidden"):
        return not_visible(ref)
    title, deleted_on = text(after[0], "title"), moment(after[0], "timestamp")
    return lambda _, now: Deleted(ref, now, title, deleted_on)
