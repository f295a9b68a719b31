# SPDX-License-Identifier: AGPL-3.0-or-later
"""Log entries by number: `list=logevents&leids=`, which exists since MediaWiki 1.45.

An older wiki ignores `leids` and answers with its newest entries, so an entry counts only when
its number is the one that was asked for (EVIDENCE.md).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from onwiki.bot import ApiRefused
from onwiki.errors import Unavailable
from onwiki.evidence.asking import Asker
from onwiki.evidence.findings import Hidden, Suppressed, Uncheckable
from onwiki.evidence.found import LogFound
from onwiki.evidence.late import Late, not_asked, not_checked, not_visible
from onwiki.evidence.shapes import (
    BadShape,
    hidden_of,
    moment,
    number,
    performer_of,
    rows,
    text,
)
from onwiki.links import LogEntry, Reference

LEPROP = "ids|title|type|user|userid|timestamp|comment"
"""`comment` only for its hidden flag; `details` would bring names of third people."""


def ask_log(asker: Asker, references: Sequence[LogEntry]) -> dict[Reference, Late]:
    """What the wiki says about each entry, ⌈distinct / limit⌉ requests."""
    found: dict[Reference, Late] = {}
    for start in range(0, len(references), asker.limit):
        batch = references[start : start + asker.limit]
        try:
            found |= ask_batch(asker, batch)
        except ApiRefused:
            found |= {ref: not_asked(ref, asker, Unavailable.REFUSED) for ref in batch}
        except BadShape:
            found |= {ref: not_asked(ref, asker, Unavailable.MALFORMED) for ref in batch}
    return found


def ask_batch(asker: Asker, batch: Sequence[LogEntry]) -> dict[Reference, Late]:
    """Raises ApiRefused, BadShape."""
    query = asker.query(
        {
            "list": "logevents",
            "leids": "|".join(str(ref.logid) for ref in batch),
            "leprop": LEPROP,
            "lelimit": str(asker.limit),
        }
    )
    if query is None:
        return {ref: not_asked(ref, asker) for ref in batch}
    entries = {number(entry, "logid"): entry for entry in rows(query, "logevents")}
    ignored = not entries.keys() <= {ref.logid for ref in batch}
    absent = not_checked_here if ignored else not_visible
    return {
        ref: late_of(ref, entries[ref.logid], asker) if ref.logid in entries else absent(ref)
        for ref in batch
    }


def not_checked_here(ref: LogEntry) -> Late:
    return not_checked(ref, Uncheckable.WIKI)


def late_of(ref: LogEntry, entry: Mapping[str, Any], asker: Asker) -> Late:
    """Raises BadShape. Of a hidden part only the flag is taken, even if the bot may see it."""
    if entry.get("suppressed") or entry.get("type") == "suppress":
        return lambda _, now: Suppressed(ref, now)
    hidden = hidden_of(entry)
    author = performer_of(entry)
    title = None if Hidden.ACTION in hidden else text(entry, "title")
    log_type, action, timestamp = (
        text(entry, "type"),
        text(entry, "action"),
        moment(entry, "timestamp"),
    )
    local_id = author.local_id if author else None
    asker.want_authors([local_id])
    return lambda central_ids, now: LogFound(
        reference=ref,
        checked_at=now,
        logid=ref.logid,
        log_type=log_type,
        action=action,
        title=title,
        author=author.name if author else None,
        author_id=local_id,
        central_id=central_ids.get(local_id) if local_id is not None else None,
        author_kind=author.kind if author else None,
        timestamp=timestamp,
        hidden=hidden,
    )
