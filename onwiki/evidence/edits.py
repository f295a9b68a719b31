# SPDX-License-Identifier: AGPL-3.0-or-later
"""The finding about a single revision."""

from collections.abc import Mapping
from datetime import datetime

from onwiki.errors import Unavailable
from onwiki.evidence.findings import Finding, NotAsked, NotVisible, Suppressed
from onwiki.evidence.found import Exists
from onwiki.evidence.revisions import Seen
from onwiki.evidence.shapes import RevisionFacts
from onwiki.links import Reference


def edit_finding(
    reference: Reference, revid: int, seen: Seen, central_ids: Mapping[int, int], now: datetime
) -> Finding:
    """What is to say about revision `revid`, which `reference` points at."""
    if revid in seen.unseen:
        return NotVisible(reference, now)
    facts = seen.facts.get(revid)
    if facts is None:
        return NotAsked(reference, now, seen.faults.get(revid, Unavailable.INCOMPLETE))
    if facts.suppressed:
        return Suppressed(reference, now)
    return existing(reference, facts, seen, central_ids, now)


def existing(
    reference: Reference,
    facts: RevisionFacts,
    seen: Seen,
    central_ids: Mapping[int, int],
    now: datetime,
) -> Exists:
    """The facts of a visible revision."""
    author = facts.author
    local_id = author.local_id if author else None
    return Exists(
        reference=reference,
        checked_at=now,
        revid=facts.revid,
        parentid=facts.parentid,
        pageid=facts.pageid,
        namespace=facts.namespace,
        title=facts.title,
        author=author.name if author else None,
        author_id=local_id,
        central_id=central_ids.get(local_id) if local_id is not None else None,
        author_kind=author.kind if author else None,
        timestamp=facts.timestamp,
        size=facts.size,
        size_change=seen.size_change(facts),
        minor=facts.minor,
        hidden=facts.hidden,
    )
