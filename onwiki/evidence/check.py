# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checking references of one wiki: `check` for the worker, `check_with` for whoever has a source.

Requests: start-up (1, or 2 when the wiki refuses the bot's credentials and is read logged out)
+ ⌈distinct revisions / limit⌉ + 1 for what is left about authors and parents. Links that are no
single revision cost one request each where the wiki has no question for several at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from onwiki.bot import BotAccess, BotSession
from onwiki.errors import Unavailable
from onwiki.evidence.asking import Asker
from onwiki.evidence.comments import ask_comment
from onwiki.evidence.deletions import ask_deleted
from onwiki.evidence.edits import edit_finding
from onwiki.evidence.filters import ask_filter_log
from onwiki.evidence.findings import Finding, NoNeighbour, NotAsked, NotChecked, Uncheckable
from onwiki.evidence.late import Late
from onwiki.evidence.logs import ask_log
from onwiki.evidence.neighbours import neighbour, pin_latest
from onwiki.evidence.pages import ask_pages
from onwiki.evidence.ranges import Walked, range_finding, walk
from onwiki.evidence.revisions import Seen, finish, look_up
from onwiki.links import (
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
    Title,
)
from onwiki.wikis import Wiki

ASKABLE = (
    Revision,
    Range,
    Relative,
    Page,
    Title,
    LogEntry,
    AbuseLogEntry,
    Comment,
    DeletedRevision,
)
UNCHECKABLE = {
    FlowPost: Uncheckable.FLOW,
    History: Uncheckable.HISTORY,
    NotEvidence: Uncheckable.OTHER,
}
"""What no wiki can say anything about; a short link is looked up before (onwiki.short_links)."""


@dataclass(frozen=True)
class Checked:
    """One finding for every distinct reference that was handed in.

    `requests` is how many HTTP requests the wiki got, start-up included. `fault` is set when
    the wiki stopped answering on the way: the findings say NotAsked where that mattered, and
    authors may lack their central ids.
    """

    findings: Mapping[Reference, Finding]
    requests: int
    fault: Unavailable | None = None
    retry_after_s: float | None = None


def check(
    wiki: Wiki,
    references: Sequence[Reference],
    access: BotAccess | None,
    now: datetime,
    *,
    timeout_s: float,
) -> Checked:
    """Ask `wiki` about `references` (all of that wiki) in one child process.

    Raises WikiUnavailable when the wiki answered nothing at all. Where no reference is of a kind
    that a wiki can be asked about, nothing is asked.
    """
    if any(isinstance(ref, ASKABLE) and ref.wiki != wiki.dbname for ref in references):
        raise ValueError("a reference to another wiki")
    if not any(isinstance(ref, ASKABLE) for ref in references):
        return Checked({ref: not_checkable(ref, now) for ref in references}, 0)
    with BotSession(wiki, access, timeout_s=timeout_s) as session:
        asker = Asker(session, wiki)
        findings = check_with(asker, references, now)
        if asker.fault is not None and not asker.answered:
            raise asker.fault
        fault = asker.fault
        return Checked(
            findings,
            session.requests,
            fault.reason if fault else None,
            fault.retry_after_s if fault else None,
        )


@dataclass
class Progress:
    """What the steps of a check leave for each other."""

    seen: Seen = field(default_factory=Seen)
    pinned: dict[Relative, int | Unavailable | None] = field(default_factory=dict)
    walks: dict[Reference, Walked | Unavailable | None] = field(default_factory=dict)
    late: dict[Reference, Late] = field(default_factory=dict)


def check_with(
    asker: Asker, references: Sequence[Reference], now: datetime
) -> dict[Reference, Finding]:
    """The findings, in the order of `references`, each distinct one asked once."""
    distinct = list(dict.fromkeys(references))
    progress = Progress()
    look_up(asker, cited_revisions(distinct), progress.seen)
    pin(asker, [ref for ref in distinct if isinstance(ref, Relative)], progress)
    for ref in distinct:
        ends = range_ends(ref, progress)
        if ends is not None:
            progress.walks[ref] = walk(asker, *ends, progress.seen)
    ask_others(asker, distinct, progress)
    finish(asker, progress.seen)
    return {ref: finding_of(ref, progress, asker, now) for ref in distinct}


def ask_others(asker: Asker, references: Sequence[Reference], progress: Progress) -> None:
    """Everything that is not about revisions by number."""
    pages = [ref for ref in references if isinstance(ref, Page | Title)]
    progress.late |= ask_pages(asker, pages)
    entries = [ref for ref in references if isinstance(ref, LogEntry)]
    progress.late |= ask_log(asker, entries)
    for ref in references:
        if isinstance(ref, AbuseLogEntry):
            progress.late[ref] = ask_filter_log(asker, ref)
        elif isinstance(ref, Comment):
            progress.late[ref] = ask_comment(asker, ref, progress.seen)
        elif isinstance(ref, DeletedRevision):
            progress.late[ref] = ask_deleted(asker, ref, progress.seen)


def cited_revisions(references: Sequence[Reference]) -> list[int]:
    """The numbers that the references themselves name."""
    numbers: list[int] = []
    for ref in references:
        match ref:
            case Revision(revid=revid) | Relative(revid=revid):
                numbers.append(revid)
            case Range(old=old, new=new):
                numbers += [old, new]
            case _:
                continue
    return numbers


def pin(asker: Asker, relatives: Sequence[Relative], progress: Progress) -> None:
    """Find out which revisions the moving targets mean now."""
    latest = [ref for ref in relatives if ref.to is Neighbour.CUR]
    progress.pinned.update(pin_latest(asker, latest, progress.seen))
    for ref in relatives:
        if ref.to is not Neighbour.CUR:
            progress.pinned[ref] = neighbour(asker, ref, progress.seen)


def range_ends(ref: Reference, progress: Progress) -> tuple[int, int] | None:
    """(old, new) of a range, or of a link "from N to the latest" once that is pinned."""
    match ref:
        case Range(old=old, new=new):
            return old, new
        case Relative(revid=revid, to=Neighbour.CUR):
            latest = progress.pinned.get(ref)
            return (revid, latest) if isinstance(latest, int) else None
        case _:
            return None


def finding_of(ref: Reference, progress: Progress, asker: Asker, now: datetime) -> Finding:
    seen, central_ids = progress.seen, asker.central_ids
    if ref in progress.late:
        return progress.late[ref](central_ids, now)
    ends = range_ends(ref, progress)
    if ends is not None and isinstance(ref, Range | Relative):
        return range_finding(ref, ends, progress.walks.get(ref), seen, central_ids, now)
    match ref:
        case Revision(revid=revid):
            finding = edit_finding(ref, revid, seen, central_ids, now)
        case Relative():
            finding = relative_finding(ref, progress, central_ids, now)
        case _:
            finding = not_checkable(ref, now)
    if isinstance(finding, NotAsked) and asker.fault is not None:
        return NotAsked(ref, now, finding.reason, asker.fault.retry_after_s)
    return finding


def not_checkable(ref: Reference, now: datetime) -> NotChecked:
    return NotChecked(ref, now, UNCHECKABLE.get(type(ref), Uncheckable.KIND))


def relative_finding(
    ref: Relative, progress: Progress, central_ids: Mapping[int, int], now: datetime
) -> Finding:
    """A neighbour, or why there is none."""
    start = progress.seen.facts.get(ref.revid)
    if start is None or start.suppressed:
        return edit_finding(ref, ref.revid, progress.seen, central_ids, now)
    target = progress.pinned.get(ref)
    match target:
        case int():
            return edit_finding(ref, target, progress.seen, central_ids, now)
        case Unavailable():
            return NotAsked(ref, now, target)
        case _:
            return NoNeighbour(ref, now)
