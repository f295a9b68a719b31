# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far a report is, as its reporter sees it without a key: stage, dates, each link's check.

Made of the report alone: neither a case nor another report can change a byte of it.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from onwiki.wikis import WikiList
from service.desks.desk import Desk
from service.reports.record import LinkState, Meta, Report, Stage
from service.reports.wiki_names import label_of
from service.thread.story import Event, EventKind, day_of


class Place(enum.StrEnum):
    """Where a stage is, seen from the report's own."""

    PAST = "past"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Step:
    """One stage of the line, and the day on which it was reached, where that is known."""

    stage: Stage
    place: Place
    day: date | None


@dataclass(frozen=True)
class LinkProgress:
    """One pasted link, by its position: the wiki that is asked, and how far that is."""

    wiki: str | None
    state: LinkState


@dataclass(frozen=True)
class Progress:
    """``answer_by`` is None when the desk has answered, or is no longer configured. It is for a
    report that was held, too: when its desk gets it depends on others, and nothing here may.
    """

    steps: tuple[Step, ...]
    answer_by: date | None
    links: tuple[LinkProgress, ...]
    findings: int


def progress_of(
    report: Report, desk: Desk | None, wikis: WikiList, events: Sequence[Event]
) -> Progress:
    """The progress of a report; ``desk`` is where it was filed, ``events`` are its story."""
    meta = report.meta
    order = list(Stage)
    now = order.index(shown_stage(meta))
    days = {
        Stage.RECEIVED: report.day,
        Stage.READ: meta.read_on,
        Stage.ANSWERED: day_of(events, EventKind.ANSWERED),
        Stage.CLOSED: day_of(events, EventKind.CLOSED),
    }
    waiting = meta.hold is None and meta.stage in {Stage.RECEIVED, Stage.READ}
    return Progress(
        steps=tuple(
            Step(stage, _place(position, now), days.get(stage) if position <= now else None)
            for position, stage in enumerate(order)
        ),
        answer_by=report.day + _wait(desk) if desk and waiting else None,
        links=tuple(
            LinkProgress(None if link.wiki is None else label_of(link.wiki, wikis), link.state)
            for link in meta.links
        ),
        findings=meta.findings + (0 if meta.silent else meta.asked_again),
    )


def shown_stage(meta: Meta) -> Stage:
    """The stage as its reporter may see it. Of a report that was to be held, its being opened would
    tell that others have reported: it counts as received until the desk has acted on it, also
    after the hold was ended.
    """
    return Stage.RECEIVED if meta.silent else meta.stage


def _wait(desk: Desk) -> timedelta:
    return timedelta(days=desk.answer_by_days)


def _place(position: int, now: int) -> Place:
    if position == now:
        return Place.NOW
    return Place.PAST if position < now else Place.AHEAD
