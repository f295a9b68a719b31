# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where two accounts met: the pages that both edited, and how close in time. Pure.

To edit the same page shortly after one another happens to everybody: what is found here is a
place to look at, and no proof of anything.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of an account, as the list of its contributions has it."""

    revid: int
    pageid: int
    title: str
    timestamp: datetime


@dataclass(frozen=True)
class Meeting:
    """A page that both edited: the two edits that are closest in time (`first` is the first
    account's), and how many edits of each were seen there.
    """

    pageid: int
    title: str
    first: Edit
    second: Edit
    first_edits: int
    second_edits: int

    @property
    def distance(self) -> timedelta:
        return abs(self.first.timestamp - self.second.timestamp)


@dataclass(frozen=True)
class Meetings:
    """`pages` are the closest ones, closest first; `close` is how many were close enough,
    `shared` how many pages both edited at all.
    """

    pages: tuple[Meeting, ...]
    close: int
    shared: int


def meetings(
    first: Iterable[Edit], second: Iterable[Edit], closest: timedelta, most: int
) -> Meetings:
    """Pages where an edit of each lies at most `closest` from one of the other; `most` of them.

    Time: that of sorting the edits. Of pairs that are equally close the youngest counts.
    """
    by_first, by_second = _by_page(first), _by_page(second)
    shared = by_first.keys() & by_second.keys()
    found = [_met(by_first[pageid], by_second[pageid]) for pageid in shared]
    close = sorted((one for one in found if one.distance <= closest), key=_order)
    return Meetings(tuple(close[:most]), len(close), len(shared))


def _by_page(edits: Iterable[Edit]) -> dict[int, list[Edit]]:
    """Each page's edits, youngest first; each edit once, however often the wiki listed it."""
    pages: defaultdict[int, dict[int, Edit]] = defaultdict(dict)
    for edit in edits:
        pages[edit.pageid][edit.revid] = edit
    return {
        pageid: sorted(some.values(), key=lambda one: (one.timestamp, one.revid), reverse=True)
        for pageid, some in pages.items()
    }


def _met(first: Sequence[Edit], second: Sequence[Edit]) -> Meeting:
    """The closest pair of two lists, by walking down both at once: whatever is younger than the
    other list's next edit has met its neighbour, and goes.
    """
    at, beside = 0, 0
    best: tuple[Edit, Edit] | None = None
    while at < len(first) and beside < len(second):
        one, other = first[at], second[beside]
        if best is None or _distance(one, other) < _distance(*best):
            best = one, other
        if one.timestamp >= other.timestamp:
            at += 1
        else:
            beside += 1
    if best is None:
        raise ValueError("a page that one of the two did not edit")
    newest = max(first[0], second[0], key=lambda edit: edit.timestamp)
    return Meeting(newest.pageid, newest.title, *best, len(first), len(second))


def _distance(one: Edit, other: Edit) -> timedelta:
    return abs(one.timestamp - other.timestamp)


def _order(meeting: Meeting) -> tuple[timedelta, float, int]:
    """Closest first; of equally close ones the youngest."""
    youngest = max(meeting.first.timestamp, meeting.second.timestamp)
    return meeting.distance, -youngest.timestamp(), meeting.pageid
