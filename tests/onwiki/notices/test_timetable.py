# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slots are a function of what was drawn and the clock."""

import secrets
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onwiki.notices.timetable import (
    Rhythm,
    Timetable,
    draw_slots,
    next_slot,
    slots_between,
)

MOMENTS = st.timedeltas(timedelta(0), timedelta(days=25_000)).map(
    lambda passed: datetime(2020, 1, 1, tzinfo=UTC) + passed
)


@st.composite
def timetables(draw: st.DrawFn) -> Timetable:
    rhythm = draw(st.sampled_from(Rhythm))
    day = draw(st.integers(0, rhythm.days - 1))
    return Timetable(rhythm, day, draw(st.integers(0, 23)))


@given(timetables(), MOMENTS)
def test_next_slot_is_later_and_on_the_drawn_hour(timetable: Timetable, after: datetime) -> None:
    slot = next_slot(timetable, after)
    assert slot > after
    assert (slot.hour, slot.minute, slot.second) == (timetable.hour, 0, 0)
    assert slot - after <= timedelta(days=max(timetable.rhythm.days, 31))


@given(timetables(), MOMENTS)
def test_slots_do_not_depend_on_when_one_asks(timetable: Timetable, after: datetime) -> None:
    first = next_slot(timetable, after)
    assert next_slot(timetable, after + (first - after) / 2) == first
    assert next_slot(timetable, first - timedelta(microseconds=1)) == first


@given(timetables(), MOMENTS)
def test_rhythm_is_kept(timetable: Timetable, after: datetime) -> None:
    first = next_slot(timetable, after)
    second = next_slot(timetable, first)
    match timetable.rhythm:
        case Rhythm.MONTHLY:
            assert first.day == second.day == timetable.day + 1
            assert 28 <= (second - first).days <= 31
        case rhythm:
            assert (second - first).days == rhythm.days


@given(timetables(), MOMENTS, st.timedeltas(timedelta(0), timedelta(days=200)))
def test_nothing_is_left_out_between_two_looks(
    timetable: Timetable, start: datetime, passed: timedelta
) -> None:
    middle, end = start + passed / 3, start + passed
    whole = slots_between(timetable, start, end)
    assert whole == slots_between(timetable, start, middle) + slots_between(timetable, middle, end)


def test_zone_of_the_clock_does_not_matter() -> None:
    timetable = Timetable(Rhythm.WEEKLY, 2, 5)
    moment = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=9)))
    assert next_slot(timetable, moment) == next_slot(timetable, elsewhere)


def test_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        next_slot(Timetable(Rhythm.WEEKLY, 0, 0), datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(("day", "hour"), [(7, 0), (-1, 0), (0, 24), (0, -1)])
def test_slot_outside_the_rhythm_is_refused(day: int, hour: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        Timetable(Rhythm.WEEKLY, day, hour)


@pytest.mark.parametrize("rhythm", list(Rhythm))
def test_every_day_and_hour_can_be_drawn(rhythm: Rhythm) -> None:
    lowest = draw_slots(rhythm, lambda _: 0)
    highest = draw_slots(rhythm, lambda n: n - 1)
    assert (lowest.day, lowest.hour) == (0, 0)
    assert (highest.day, highest.hour) == (rhythm.days - 1, 23)
    assert draw_slots(rhythm, secrets.randbelow).rhythm is rhythm
