# SPDX-License-Identifier: AGPL-3.0-or-later
"""Entries of the abuse filter's log, one request each: `afllogid` takes a single number.

`aflprop=details` is never asked for: it holds the text that a filter stopped (OAUTH.md). Nor are
the filter's number and description, which are private for some filters.
"""

from collections.abc import Mapping
from typing import Any

from onwiki.bot import ApiRefused
from onwiki.errors import Unavailable
from onwiki.evidence.asking import Asker
from onwiki.evidence.findings import Suppressed, Uncheckable
from onwiki.evidence.found import FilterHit
from onwiki.evidence.late import Late, not_asked, not_checked, not_visible
from onwiki.evidence.shapes import BadShape, moment, number, rows, text
from onwiki.links import AbuseLogEntry

AFLPROP = "ids|user|title|action|result|timestamp|hidden|revid"


def ask_filter_log(asker: Asker, ref: AbuseLogEntry) -> Late:
    """What the wiki says about one entry."""
    parameters = {"list": "abuselog", "afllogid": str(ref.afl_id), "aflprop": AFLPROP}
    try:
        query = asker.query(parameters)
        if query is None:
            return not_asked(ref, asker)
        if "abuselog" not in query:  # the extension is not installed: an unknown list is a warning
            return not_checked(ref, Uncheckable.WIKI)
        entries = [row for row in rows(query, "abuselog") if row.get("id") == ref.afl_id]
        return late_of(ref, entries[0]) if entries else not_visible(ref)
    except ApiRefused as refused:
        if refused.code in {"permissiondenied", "badvalue"}:
            return not_checked(ref, Uncheckable.WIKI)
        return not_asked(ref, asker, Unavailable.REFUSED)
    except BadShape:
        return not_asked(ref, asker, Unavailable.MALFORMED)


def late_of(ref: AbuseLogEntry, entry: Mapping[str, Any]) -> Late:
    """Raises BadShape."""
    if entry.get("hidden"):
        return lambda _, now: Suppressed(ref, now)
    title, author = text(entry, "title"), text(entry, "user")
    action, result, timestamp = (
        text(entry, "action"),
        text(entry, "result"),
        moment(entry, "timestamp"),
    )
    revid = entry.get("revid")  # "" when the edit is hidden or was not saved (recording 061)
    saved = number(entry, "revid") if isinstance(revid, int) else None
    return lambda _, now: FilterHit(
        ref, now, ref.afl_id, title, author, action, result, saved, timestamp
    )
