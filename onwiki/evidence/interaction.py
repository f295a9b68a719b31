# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking one wiki where two accounts edited close in time.

Requests: start-up and at most MOST_REQUESTS an account. Both lists are read before anything is
said: a wiki that fails on the way raises WikiUnavailable, and is asked again from the start.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from onwiki.bot import BotAccess, BotSession
from onwiki.evidence.asking import Asker
from onwiki.evidence.contributions import Contributions, contributions
from onwiki.evidence.meetings import Meetings, meetings
from onwiki.wikis import Wiki

MOST_PAGES = 100
"""Pages in a result; the closest ones."""


class Window(IntEnum):
    """How far back, in days."""

    MONTH = 30
    QUARTER = 90
    HALF_YEAR = 180
    YEAR = 365


class Closeness(IntEnum):
    """How close two edits must be, in seconds."""

    HOUR = 3600
    DAY = 86_400
    WEEK = 604_800


@dataclass(frozen=True)
class Question:
    """Two different names, normalised and possible (onwiki.names), and what to look for."""

    first: str
    second: str
    window: Window = Window.HALF_YEAR
    closeness: Closeness = Closeness.DAY


@dataclass(frozen=True)
class Side:
    """One of the two: whether the wiki knows the account, how many edits were read, and, when
    there were more than that, how far back they go.
    """

    there: bool
    edits: int
    back_to: datetime | None


@dataclass(frozen=True)
class Interaction:
    """What was found, asked at `asked_at` about edits since `since`; nothing but public facts."""

    asked_at: datetime
    since: datetime
    first: Side
    second: Side
    met: Meetings


@dataclass(frozen=True)
class Asked:
    """The answer, and how many HTTP requests the wiki got for it, start-up included."""

    found: Interaction
    requests: int


def ask_interaction(
    wiki: Wiki, question: Question, access: BotAccess | None, now: datetime, *, timeout_s: float
) -> Asked:
    """Ask `wiki` in one child process. Raises WikiUnavailable."""
    with BotSession(wiki, access, timeout_s=timeout_s) as session:
        found = interaction_with(Asker(session, wiki), question, now)
        return Asked(found, session.requests)


def interaction_with(asker: Asker, question: Question, now: datetime) -> Interaction:
    """The same with a source of one's own. Raises WikiUnavailable."""
    since = now - timedelta(days=question.window)
    first = contributions(asker, question.first, since)
    second = contributions(asker, question.second, since)
    met = meetings(first.edits, second.edits, timedelta(seconds=question.closeness), MOST_PAGES)
    return Interaction(now, since, _side(first), _side(second), met)


def _side(read: Contributions) -> Side:
    oldest = min((edit.timestamp for edit in read.edits), default=None)
    return Side(read.there, len(read.edits), oldest if read.more else None)
