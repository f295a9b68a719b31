# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looking up revisions by number, as many in a request as the wiki allows.

Room that a batch leaves is filled with parents' numbers: their sizes give "+312 bytes".
Whatever parents remain are asked once, together with the remaining authors.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from onwiki.bot import ApiRefused
from onwiki.errors import Unavailable
from onwiki.evidence.asking import Asker
from onwiki.evidence.shapes import (
    RVPROP,
    BadShape,
    RevisionFacts,
    revisions_in,
    rows,
    unseen_revids,
)


@dataclass
class Seen:
    """What is known after asking; each number is in at most one of the first three."""

    facts: dict[int, RevisionFacts] = field(default_factory=dict)
    unseen: set[int] = field(default_factory=set)
    """Numbers that the wiki says it has no revision for, or none that the tool may see."""
    faults: dict[int, Unavailable] = field(default_factory=dict)
    """Numbers whose request failed, or that an answer left out."""
    cited: set[int] = field(default_factory=set)
    """Numbers that a reference needs; the others are parents of these."""

    def knows(self, revid: int) -> bool:
        return revid in self.facts or revid in self.unseen or revid in self.faults

    def add(self, facts: RevisionFacts) -> None:
        """Facts that another question brought along."""
        self.facts[facts.revid] = facts
        self.cited.add(facts.revid)

    def size_change(self, facts: RevisionFacts) -> int | None:
        """Bytes against the parent; None when either size is unknown."""
        if facts.size is None or facts.parentid == 0:
            return facts.size
        parent = self.facts.get(facts.parentid)
        return facts.size - parent.size if parent and parent.size is not None else None

    def parents_wanted(self) -> list[int]:
        """Parents of cited revisions about which nothing is known yet, oldest question first."""
        cited = (self.facts[revid] for revid in sorted(self.cited) if revid in self.facts)
        parents = dict.fromkeys(facts.parentid for facts in cited if not facts.suppressed)
        return [revid for revid in parents if revid and not self.knows(revid)]


def look_up(asker: Asker, revids: Iterable[int], seen: Seen) -> None:
    """Ask for each number once; `seen` grows. Requests: ⌈new numbers / limit⌉."""
    queue = [revid for revid in dict.fromkeys(revids) if not seen.knows(revid)]
    seen.cited.update(queue)
    for start in range(0, len(queue), asker.limit):
        batch = queue[start : start + asker.limit]
        ahead = set(queue[start:])
        parents = [revid for revid in seen.parents_wanted() if revid not in ahead]
        ask_batch(asker, batch, parents[: asker.limit - len(batch)], seen)


def finish(asker: Asker, seen: Seen) -> None:
    """The last request: parents and authors that found no room before."""
    parents = seen.parents_wanted()[: asker.limit]
    if parents:
        ask_batch(asker, [], parents, seen)
    asker.finish_authors()


def ask_batch(asker: Asker, batch: list[int], parents: list[int], seen: Seen) -> None:
    """One request. What is not answered about `batch` becomes a fault; parents may be missing."""
    numbers = "|".join(map(str, [*batch, *parents]))
    try:
        query = asker.query({"prop": "revisions", "revids": numbers, "rvprop": RVPROP})
        if query is None:
            reason = asker.fault.reason if asker.fault else Unavailable.INCOMPLETE
        else:
            take(query, batch, seen)
            reason = Unavailable.INCOMPLETE
    except ApiRefused:
        reason = Unavailable.REFUSED
    except BadShape:
        reason = Unavailable.MALFORMED
    seen.faults |= {revid: reason for revid in batch if not seen.knows(revid)}
    known = (seen.facts[revid] for revid in batch if revid in seen.facts)
    asker.want_authors(
        facts.author.local_id for facts in known if facts.author and not facts.suppressed
    )


def take(query: Mapping[str, Any], batch: list[int], seen: Seen) -> None:
    """Read a whole answer before believing any of it. Raises BadShape."""
    found = {facts.revid: facts for facts in revisions_in(query)}
    unseen = unseen_revids(query)
    seen.facts |= found
    seen.unseen |= unseen
    if any(page.get("missing") for page in rows(query, "pages")):
        # With `deletedhistory` a deleted page is named, without its revisions (recording 015).
        seen.unseen |= {revid for revid in batch if revid not in found}
