# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a link canonically points at. `wiki` is a dbname; ids are positive and fit 63 bits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Neighbour(StrEnum):
    """Where a relative reference points from its revision; only the wiki can tell the id."""

    PREV = "prev"
    NEXT = "next"
    CUR = "cur"


class OtherResource(StrEnum):
    """Things on a wiki that a link may point at and that are not evidence (a closed list)."""

    CONTRIBUTIONS = "contributions"
    LOG_SEARCH = "log-search"
    USER_ID = "user-id"
    API = "api"


@dataclass(frozen=True, slots=True)
class Revision:
    """One edit: the revision against its parent."""

    wiki: str
    revid: int


@dataclass(frozen=True, slots=True)
class Range:
    """Everything between two revisions; may be reversed, have many authors, cross pages."""

    wiki: str
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Relative:
    """The neighbour of a revision, or the revision against the newest one."""

    wiki: str
    revid: int
    to: Neighbour


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One public log entry."""

    wiki: str
    logid: int


@dataclass(frozen=True, slots=True)
class AbuseLogEntry:
    """One entry of the abuse filter's log. Its private details are never fetched."""

    wiki: str
    afl_id: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page, by its id."""

    wiki: str
    page_id: int


@dataclass(frozen=True, slots=True)
class Title:
    """A page, by its name: the prefixed database key, as the link spelled the namespace."""

    wiki: str
    title: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment or a heading of a talk page, by DiscussionTools' id (`c-…`, `h-…`)."""

    wiki: str
    comment_id: str


@dataclass(frozen=True, slots=True)
class FlowPost:
    """A topic or post of Structured Discussions, by its alphadecimal id in lower case."""

    wiki: str
    post_id: str


@dataclass(frozen=True, slots=True)
class DeletedRevision:
    """A revision of a deleted page, by the title and its time (14 digits, UTC)."""

    wiki: str
    title: str
    timestamp: str


@dataclass(frozen=True, slots=True)
class History:
    """The list of a page's edits: names no edit."""

    wiki: str
    title: str


@dataclass(frozen=True, slots=True)
class ShortLink:
    """A w.wiki code, look-alikes mapped. Asked once; where it leads is recognised again."""

    code: str


@dataclass(frozen=True, slots=True)
class NotEvidence:
    """Recognised, and not something that shows an edit."""

    wiki: str
    why: OtherResource


Reference = (
    Revision
    | Range
    | Relative
    | LogEntry
    | AbuseLogEntry
    | Page
    | Title
    | Comment
    | FlowPost
    | DeletedRevision
    | History
    | ShortLink
    | NotEvidence
)
