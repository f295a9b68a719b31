# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages where two accounts met, held against trying out every pair."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from onwiki.evidence.meetings import Edit, Meeting, Meetings, meetings

BEGAN = datetime(2026, 5, 3, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def edit(revid: int, page: int, minute: int) -> Edit:
    return Edit(revid, page, f"Page {page}", BEGAN + timedelta(minutes=minute))


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Edit], list[Edit]]:
    """Two accounts' edits of a few pages, in any order; no edit is of both."""
    lines = draw(
        st.lists(st.tuples(st.booleans(), st.integers(1, 4), st.integers(0, 400)), max_size=40)
    )
    edits = [(ours, edit(revid, page, minute)) for revid, (ours, page, minute) in enumerate(lines)]
    return [one for ours, one in edits if ours], [one for ours, one in edits if not ours]


def by_trying(first: list[Edit], second: list[Edit], closest: timedelta) -> dict[int, timedelta]:
    """Page → distance of its closest pair, where that is close enough."""
    found: dict[int, timedelta] = {}
    for one, other in product(first, second):
        if one.pageid == other.pageid:
            distance = abs(one.timestamp - other.timestamp)
            found[one.pageid] = min(distance, found.get(one.pageid, distance))
    return {page: distance for page, distance in found.items() if distance <= closest}


@given(histories(), st.integers(0, 400))
def test_closest_pairs_are_those_that_trying_every_pair_finds(
    edits: tuple[list[Edit], list[Edit]], minutes: int
) -> None:
    closest = timedelta(minutes=minutes)
    found = meetings(*edits, closest, most=100)
    assert {one.pageid: one.distance for one in found.pages} == by_trying(*edits, closest)
    assert found.close == len(found.pages)
    assert found.shared == len(by_trying(*edits, timedelta.max))


@given(histories())
def test_pair_is_an_edit_of_each_on_that_page_and_edits_are_counted(
    edits: tuple[list[Edit], list[Edit]],
) -> None:
    first, second = edits
    for one in meetings(first, second, DAY, most=100).pages:
        assert one.first in first
        assert one.second in second
        assert one.first.pageid == one.second.pageid == one.pageid
        assert one.first_edits == sum(edit.pageid == one.pageid for edit in first)
        assert one.second_edits == sum(edit.pageid == one.pageid for edit in second)


@given(histories())
def test_turning_the_accounts_round_turns_the_pairs_round(
    edits: tuple[list[Edit], list[Edit]],
) -> None:
    there = meetings(*edits, DAY, most=100)
    back = meetings(*edits[::-1], DAY, most=100)
    assert [one.pageid for one in there.pages] == [one.pageid for one in back.pages]
    assert [one.distance for one in there.pages] == [one.distance for one in back.pages]


@given(histories(), st.integers(0, 5))
def test_closest_come_first_and_the_rest_is_counted(
    edits: tuple[list[Edit], list[Edit]], most: int
) -> None:
    whole, cut = (meetings(*edits, DAY, most=number) for number in (100, most))
    assert cut.pages == whole.pages[:most]
    assert cut.close == whole.close
    distances = [one.distance for one in whole.pages]
    assert distances == sorted(distances)


@given(histories())
def test_edit_that_the_wiki_lists_twice_counts_once(
    edits: tuple[list[Edit], list[Edit]],
) -> None:
    first, second = edits
    twice: Iterable[Edit] = first + first
    assert meetings(twice, second, DAY, most=100) == meetings(first, second, DAY, most=100)


def test_youngest_of_equally_close_pairs_is_told() -> None:
    first = [edit(1, 1, 0), edit(3, 1, 100)]
    second = [edit(2, 1, 5), edit(4, 1, 105)]
    (met,) = meetings(first, second, HOUR, most=1).pages
    assert (met.first.revid, met.second.revid) == (3, 4)


def test_page_is_called_what_its_youngest_edit_calls_it() -> None:
    old = Edit(1, 7, "Old title", BEGAN)
    new = Edit(2, 7, "New title", BEGAN + HOUR)
    assert meetings([old], [new], HOUR, most=1).pages == (Meeting(7, "New title", old, new, 1, 1),)


def test_nobody_meets_where_one_edited_nothing() -> None:
    assert meetings([edit(1, 1, 0)], [], HOUR, most=1) == Meetings((), 0, 0)
