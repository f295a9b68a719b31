# SPDX-License-Identifier: AGPL-3.0-or-later
"""Relative links: the edit before, the edit after, or everything up to the latest.

They move: what they meant is pinned when the report is filed, and the finding says so.
Neighbours are read from the page's history rather than by `action=compare`: it works when the
text is hidden, brings all facts in the same answer, and makes the wiki compute no diff.
"""

from onwiki.bot import ApiRefused
from onwiki.errors import Unavailable
from onwiki.evidence.asking import Asker
from onwiki.evidence.revisions import Seen
from onwiki.evidence.shapes import RVPROP, BadShape, RevisionFacts, revisions_in
from onwiki.links import Neighbour, Relative


def pin_latest(
    asker: Asker, references: list[Relative], seen: Seen
) -> dict[Relative, int | Unavailable]:
    """The latest revision of each page that `to=cur` links start from, many in a request."""
    starts = {ref: seen.facts[ref.revid] for ref in references if ref.revid in seen.facts}
    pages = list(dict.fromkeys(facts.pageid for facts in starts.values()))
    latest: dict[int, int | Unavailable] = {}
    for start in range(0, len(pages), asker.limit):
        batch = pages[start : start + asker.limit]
        parameters = {
            "prop": "revisions",
            "pageids": "|".join(map(str, batch)),
            "rvprop": RVPROP,
        }
        found = ask(asker, parameters)
        if isinstance(found, Unavailable):
            latest |= dict.fromkeys(batch, found)
            continue
        for facts in found:
            seen.add(facts)
            latest[facts.pageid] = facts.revid
    return {ref: latest.get(facts.pageid, Unavailable.INCOMPLETE) for ref, facts in starts.items()}


def neighbour(asker: Asker, reference: Relative, seen: Seen) -> int | Unavailable | None:
    """The edit before or after; None when there is none (or its start is not visible)."""
    start = seen.facts.get(reference.revid)
    if start is None or start.suppressed:
        return None
    if reference.to is Neighbour.PREV and start.parentid == 0:
        return None
    parameters = {
        "prop": "revisions",
        "pageids": str(start.pageid),
        "rvprop": RVPROP,
        "rvstartid": str(start.revid),
        "rvdir": "older" if reference.to is Neighbour.PREV else "newer",
        "rvlimit": "2",
    }
    found = ask(asker, parameters)
    if isinstance(found, Unavailable):
        return found
    beside = [facts for facts in found if facts.revid != start.revid]
    if not beside:
        return None
    seen.add(beside[0])
    if beside[0].author and not beside[0].suppressed:
        asker.want_authors([beside[0].author.local_id])
    return beside[0].revid


def ask(asker: Asker, parameters: dict[str, str]) -> list[RevisionFacts] | Unavailable:
    try:
        query = asker.query(parameters)
        if query is None:
            return asker.fault.reason if asker.fault else Unavailable.INCOMPLETE
        return list(revisions_in(query))
    except ApiRefused:
        return Unavailable.REFUSED
    except BadShape:
        return Unavailable.MALFORMED
