# SPDX-License-Identifier: AGPL-3.0-or-later
"""When reminders come: a function of the subscription and the clock, of nothing else; pure.

A subscriber draws a day and an hour once; from then on the slots are fixed. A reader of the
wiki who sees a reminder learns that somebody subscribed, and that is all (DESIGN section 8).
Times are UTC.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

FIRST_MONDAY = date(2024, 1, 1)
"""From where weeks and fortnights are counted. Any Monday would do."""

LAST_DAY_OF_EVERY_MONTH = 28


class Rhythm(StrEnum):
    """How often."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"

    @property
    def days(self) -> int:
        """How many days there are to draw from."""
        match self:
            case Rhythm.WEEKLY:
                return 7
            case Rhythm.FORTNIGHTLY:
                return 14
            case Rhythm.MONTHLY:
                return LAST_DAY_OF_EVERY_MONTH


@dataclass(frozen=True)
class Timetable:
    """A subscription's slots. `day` counts from 0 within the rhythm, `hour` is 0-23 UTC."""

    rhythm: Rhythm
    day: int
    hour: int

    def __post_init__(self) -> None:
        if not (0 <= self.day < self.rhythm.days and 0 <= self.hour < 24):
            raise ValueError("day or hour outside the rhythm")


def draw_slots(rhythm: Rhythm, below: Callable[[int], int]) -> Timetable:
    """Draw a timetable; `below(n)` gives a random number from 0 to n-1 (`secrets.randbelow`)."""
    return Timetable(rhythm, below(rhythm.days), below(24))


def next_slot(timetable: Timetable, after: datetime) -> datetime:
    """The first slot later than `after` (aware). Raises ValueError for a naive time."""
    if after.tzinfo is None:
        raise ValueError("a time without a zone")
    moment = after.astimezone(UTC)
    for day in days_from(timetable, moment.date()):
        slot = datetime.combine(day, time(timetable.hour), UTC)
        if slot > moment:
            return slot
    raise AssertionError("days never end")


def days_from(timetable: Timetable, start: date) -> Iterator[date]:
    """The timetable's days, from `start` on."""
    if timetable.rhythm is Rhythm.MONTHLY:
        month = start.replace(day=1)
        while True:
            day = month.replace(day=timetable.day + 1)
            if day >= start:
                yield day
            month = (month + timedelta(days=31)).replace(day=1)
    period = timetable.rhythm.days
    behind = (start - FIRST_MONDAY).days - timetable.day
    day = start + timedelta(days=-behind % period)
    while True:
        yield day
        day += timedelta(days=period)


def slots_between(timetable: Timetable, after: datetime, until: datetime) -> list[datetime]:
    """All slots later than `after` and not later than `until`."""
    slots: list[datetime] = []
    slot = next_slot(timetable, after)
    while slot <= until:
        slots.append(slot)
        slot = next_slot(timetable, slot)
    return slots
