# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the bot does in public is a function of subscriptions, clock and language alone."""

import importlib
import inspect
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onwiki import notices
from onwiki.notices import marker as marker_of
from onwiki.notices.pacing import BETWEEN_POSTS, not_before
from onwiki.notices.text import preview
from onwiki.notices.timetable import Rhythm, Timetable, slots_between

START = datetime(2026, 1, 1, tzinfo=UTC)
KEY = b"k" * 32

TAKEN = {
    "notices.post": {
        "wiki",
        "access",
        "recipient_name",
        "lang",
        "marker",
        "run_page",
        "timeout_s",
    },
    "notices.preview": {"lang"},
    "notices.marker": {"key", "kind", "recipient", "batch_day"},
    "notices.draw_slots": {"rhythm", "below"},
    "notices.next_slot": {"timetable", "after"},
    "notices.slots_between": {"timetable", "after", "until"},
    "notices.not_before": {"last_post", "now"},
    "notices.languages": set[str](),
}


def test_no_function_of_the_room_can_take_a_report() -> None:
    functions = {
        f"notices.{name}": set(inspect.signature(getattr(notices, name)).parameters)
        for name in notices.__all__
        if inspect.isfunction(getattr(notices, name))
    }
    assert functions == TAKEN


def test_room_loads_nothing_that_knows_of_reports() -> None:
    program = (
        "import sys, onwiki.notices\n"
        "loaded = [n for n in sys.modules"
        " if n.split('.')[0] in {'service', 'oauth', 'pywikibot', 'flask', 'sqlalchemy'}"
        " or n.startswith(('onwiki.evidence', 'onwiki.links'))]\n"
        "print(loaded)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "[]"


@dataclass(frozen=True)
class Subscribed:
    """Somebody asks for reminders."""

    person: int
    timetable: Timetable
    lang: str


@dataclass(frozen=True)
class Ended:
    """Somebody ends them."""

    person: int


@dataclass(frozen=True)
class Happened:
    """Anything else: a report filed, released, read, answered, withdrawn, about anybody."""

    person: int
    what: str


Event = Subscribed | Ended | Happened
History = list[tuple[timedelta, Event]]

PEOPLE = st.integers(1, 4)
SUBSCRIBED = st.builds(
    Subscribed,
    PEOPLE,
    st.builds(Timetable, st.just(Rhythm.WEEKLY), st.integers(0, 6), st.integers(0, 23)),
    st.sampled_from(["en", "de", "fr"]),
)
PRIVATE = st.builds(
    Happened, PEOPLE, st.sampled_from(["filed", "released", "read", "answered", "withdrawn"])
)
PUBLIC = st.one_of(SUBSCRIBED, st.builds(Ended, PEOPLE))
WHEN = st.timedeltas(timedelta(0), timedelta(days=60))


def posts(history: History) -> list[tuple[datetime, int, str, str]]:
    """What a worker that follows the timetable posts: (not before, person, marker, wikitext)."""
    ordered = sorted(history, key=lambda entry: entry[0])
    subscribed: dict[int, tuple[datetime, Subscribed]] = {}
    made: list[tuple[datetime, int, str, str]] = []

    def run(person: int, until: datetime) -> None:
        since, terms = subscribed.pop(person)
        for slot in slots_between(terms.timetable, since, until):
            mark = marker_of(KEY, "reminder", person, slot.date())
            made.append((slot, person, mark, preview(terms.lang)))

    for passed, event in ordered:
        now = START + passed
        match event:
            case Subscribed(person=person):
                if person in subscribed:
                    run(person, now)
                subscribed[person] = (now, event)
            case Ended(person=person):
                if person in subscribed:
                    run(person, now)
            case Happened():
                continue
    for person in list(subscribed):
        run(person, START + timedelta(days=90))
    return sorted(made)


@given(
    st.lists(st.tuples(WHEN, PUBLIC), max_size=8),
    st.lists(st.tuples(WHEN, PRIVATE), max_size=8),
    st.lists(st.tuples(WHEN, PRIVATE), max_size=8),
)
def test_two_histories_with_the_same_subscriptions_post_the_same(
    public: History, private: History, other: History
) -> None:
    assert posts(public + private) == posts(public + other) == posts(public)


@given(st.lists(st.timedeltas(timedelta(0), timedelta(minutes=5)), max_size=20))
def test_posts_are_ten_seconds_apart(waits: list[timedelta]) -> None:
    now, last = START, None
    for wait in waits:
        now += wait
        at = not_before(last, now)
        assert last is None or at - last >= timedelta(seconds=10)
        assert at >= now
        last = at
    assert timedelta(seconds=10) == BETWEEN_POSTS


@pytest.mark.parametrize(
    "name", ["consent", "marker", "outcomes", "pacing", "post", "talkpage", "text", "timetable"]
)
def test_no_parameter_is_named_after_a_report(name: str) -> None:
    module = importlib.import_module(f"onwiki.notices.{name}")
    parameters = {
        parameter
        for _, function in inspect.getmembers(module, inspect.isfunction)
        for parameter in inspect.signature(function).parameters
    }
    assert not {name for name in parameters if any(w in name for w in ("report", "case", "desk"))}
