# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ranges: who made the edits between two revisions of a page, and how many.

One request a range, none when the newer revision's parent is the older one. The wiki is asked
for at most one answer's worth: a range of thousands of edits is "at least" so many.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onwiki.bot import ApiRefused
from onwiki.errors import Unavailable
from onwiki.evidence.asking import Asker
from onwiki.evidence.edits import edit_finding, existing
from onwiki.evidence.findings import Finding, NotAsked, NotVisible, Suppressed
from onwiki.evidence.found import AcrossPages, Exists, RangeAuthor, RangeFound
from onwiki.evidence.revisions import Seen
from onwiki.evidence.shapes import BadShape, Performer, RevisionFacts, moment, performer_of, rows
from onwiki.links import Range, Relative, Revision

MOST_EDITS = 500
"""What `rvlimit` allows everybody."""


@dataclass(frozen=True)
class Inside:
    """One edit of a range; `author` None when hidden."""

    author: Performer | None
    timestamp: datetime


@dataclass(frozen=True)
class Walked:
    """The edits of a range, newest first; `more` when the history went on."""

    edits: tuple[Inside, ...]
    more: bool


def in_order(one: RevisionFacts, other: RevisionFacts) -> tuple[RevisionFacts, RevisionFacts]:
    """(older, newer) as a page's history orders them."""
    older, newer = sorted((one, other), key=lambda facts: (facts.timestamp, facts.revid))
    return older, newer


def walk(asker: Asker, old: int, new: int, seen: Seen) -> Walked | Unavailable | None:
    """The edits after the older up to the newer; None when the ends already say everything."""
    ends = [seen.facts.get(revid) for revid in (old, new)]
    if ends[0] is None or ends[1] is None:
        return None
    if ends[0].pageid != ends[1].pageid or ends[0].suppressed or ends[1].suppressed:
        return None
    older, newer = in_order(ends[0], ends[1])
    if older.revid in {newer.parentid, newer.revid}:
        edits = () if newer is older else (Inside(newer.author, newer.timestamp),)
        return Walked(edits, more=False)
    return ask_between(asker, older, newer)


def ask_between(asker: Asker, older: RevisionFacts, newer: RevisionFacts) -> Walked | Unavailable:
    parameters = {
        "prop": "revisions",
        "pageids": str(newer.pageid),
        "rvprop": "ids|timestamp|user|userid",
        "rvstartid": str(newer.revid),
        "rvendid": str(older.revid),
        "rvlimit": str(MOST_EDITS),
    }
    try:
        query = asker.query(parameters)
        if query is None:
            return asker.fault.reason if asker.fault else Unavailable.INCOMPLETE
        walked = read_walk(query, older, newer)
    except ApiRefused:
        return Unavailable.REFUSED
    except BadShape:
        return Unavailable.MALFORMED
    asker.want_authors(edit.author.local_id for edit in walked.edits if edit.author)
    return walked


def read_walk(query: Mapping[str, Any], older: RevisionFacts, newer: RevisionFacts) -> Walked:
    """The walk includes both ends, unless it is cut short. Raises BadShape."""
    found = [raw for page in rows(query, "pages") for raw in rows(page, "revisions")]
    numbers = {raw.get("revid") for raw in found}
    if newer.revid not in numbers:
        raise BadShape
    inside = [raw for raw in found if raw.get("revid") != older.revid]
    edits = tuple(Inside(performer_of(raw), moment(raw, "timestamp")) for raw in inside)
    return Walked(edits, more=older.revid not in numbers)


def range_finding(
    reference: Range | Relative,
    ends: tuple[int, int],
    walked: Walked | Unavailable | None,
    seen: Seen,
    central_ids: Mapping[int, int],
    now: datetime,
) -> Finding:
    """What is to say about the range from `ends[0]` to `ends[1]`, as its link named them."""
    wiki = reference.wiki
    each = [edit_finding(Revision(wiki, end), end, seen, central_ids, now) for end in ends]
    match each:
        case [Exists() as old, Exists() as new] if old.pageid != new.pageid:
            return AcrossPages(reference, now, old, new)
        case [Exists(), Exists()]:
            old_facts, new_facts = (seen.facts[end] for end in ends)
            return one_page(reference, (old_facts, new_facts), walked, seen, central_ids, now)
        case _:
            return worst(reference, each, now)


def worst(reference: Range | Relative, each: list[Finding], now: datetime) -> Finding:
    """A range of which an end can't be shown: first what may still change, then what hides."""
    for finding in each:
        if isinstance(finding, NotAsked):
            return NotAsked(reference, now, finding.reason)
    if any(isinstance(finding, NotVisible) for finding in each):
        return NotVisible(reference, now)
    return Suppressed(reference, now)


def one_page(
    reference: Range | Relative,
    ends: tuple[RevisionFacts, RevisionFacts],
    walked: Walked | Unavailable | None,
    seen: Seen,
    central_ids: Mapping[int, int],
    now: datetime,
) -> Finding:
    match walked:
        case Walked(edits=()):
            return existing(reference, ends[1], seen, central_ids, now)
        case Walked():
            return found(reference, ends, walked, central_ids, now)
        case _:
            return NotAsked(reference, now, walked or Unavailable.INCOMPLETE)


def found(
    reference: Range | Relative,
    ends: tuple[RevisionFacts, RevisionFacts],
    walked: Walked,
    central_ids: Mapping[int, int],
    now: datetime,
) -> RangeFound:
    older, newer = in_order(*ends)
    return RangeFound(
        reference=reference,
        checked_at=now,
        pageid=newer.pageid,
        namespace=newer.namespace,
        title=newer.title,
        older=older.revid,
        newer=newer.revid,
        first=walked.edits[-1].timestamp,
        last=walked.edits[0].timestamp,
        edits=len(walked.edits),
        at_least=walked.more,
        authors=authors_of(walked, central_ids),
        hidden_authors=sum(edit.author is None for edit in walked.edits),
        reversed=ends[0] is newer,
    )


def authors_of(walked: Walked, central_ids: Mapping[int, int]) -> tuple[RangeAuthor, ...]:
    """Everybody in the range, most edits first."""
    count = Counter(edit.author for edit in walked.edits if edit.author)
    return tuple(
        RangeAuthor(
            name=author.name,
            local_id=author.local_id,
            central_id=None if author.local_id is None else central_ids.get(author.local_id),
            kind=author.kind,
            edits=edits,
        )
        for author, edits in sorted(count.items(), key=lambda item: (-item[1], item[0].name))
    )
