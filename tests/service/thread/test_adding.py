# SPDX-License-Identifier: AGPL-3.0-or-later
"""Adding to one's own report: what readers get of it, what is refused, and that nothing is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from service.ids import new_id
from service.queue.jobs import JobKind
from service.queue.models import JobRow
from service.reports.form import LONGEST_NARRATIVE, FilingRefused
from service.reports.record import MOST_LINKS, LinkState
from service.thread.adding import MOST_ADDITIONS, Addition, SealedWords
from tests.service.thread.conftest import LARKSPUR
from tests.service.thread.correspondence import add, report_of, sealed_words
from tests.service.world import World

EDIT = "https://en.wikipedia.org/wiki/Special:Diff/310000042"


def added(world: World, report: bytes, number: int) -> tuple[str, dict[str, Any]]:
    """An addition as a reader opens it: the words, and what the server sealed."""
    words = world.open_part("Rowanbark", report, f"added-{number}").decode()
    facts = json.loads(world.open_part("Rowanbark", report, f"added-facts-{number}"))
    return words, facts


def refused(world: World, report: bytes, addition: Addition) -> set[tuple[str, str]]:
    with world.services.database.write() as session, pytest.raises(FilingRefused) as error:
        world.domain.adding.add(session, report, addition, world.services.clock())
    return {(one.field, one.message_key) for one in error.value.errors}


def jobs(world: World) -> int:
    with world.services.database.read() as session:
        wanted = select(func.count()).where(JobRow.kind == JobKind.ADD.value)
        return session.scalar(wanted) or 0


def test_readers_open_the_words_and_the_links_of_an_addition_with_its_day(
    world: World, report: bytes
) -> None:
    add(world, report, "She wrote again.", (EDIT, "https://evil.example/x"))

    words, facts = added(world, report, 0)
    assert words == "She wrote again."
    assert facts["day"] == "2026-05-03"
    assert [one["rejected"] for one in facts["links"]] == [None, "host"]
    assert facts["links"][0]["address"] == EDIT
    assert facts["links"][0]["again"]["position"] == 1  # the wiki can be asked once more


def test_links_stand_behind_those_that_were_filed(world: World, report: bytes) -> None:
    add(world, report, links=(EDIT, "https://evil.example/x"))

    states = [(one.wiki, one.state) for one in report_of(world, report).meta.links]
    assert states == [
        ("dewiki", LinkState.WAITING),
        ("enwiki", LinkState.WAITING),
        (None, LinkState.NOT_EVIDENCE),
    ]


def test_what_the_server_seals_is_the_same_as_what_a_browser_seals(
    world: World, report: bytes
) -> None:
    with world.services.database.write() as session:
        addition = Addition(new_id(), "Typed without JavaScript.", ())
        world.domain.adding.add(session, report, addition, world.services.clock())

    assert added(world, report, 0)[0] == "Typed without JavaScript."


def test_same_form_twice_is_one_addition(world: World, report: bytes) -> None:
    form = new_id()
    add(world, report, "Once.", (EDIT,), form=form)
    add(world, report, "Once.", (EDIT,), form=form, number=0)

    meta = report_of(world, report).meta
    assert (meta.added, len(meta.links), jobs(world)) == (1, 2, 1)


def test_form_that_was_sealed_for_another_place_is_refused(world: World, report: bytes) -> None:
    add(world, report, "In one window.")
    stale = sealed_words(report_of(world, report), "In the other.", 0)

    assert refused(world, report, Addition(new_id(), stale, ())) == {
        ("form", "thread-error-added-meanwhile")
    }
    assert report_of(world, report).meta.added == 1


def test_number_of_additions_has_an_end(world: World, report: bytes) -> None:
    for _ in range(MOST_ADDITIONS):
        add(world, report)

    words = sealed_words(report_of(world, report), "One more.", MOST_ADDITIONS)
    assert refused(world, report, Addition(new_id(), words, ())) == {
        ("form", "thread-error-additions-many")
    }


def test_links_are_counted_over_filing_and_additions(world: World, report: bytes) -> None:
    add(world, report, links=(EDIT,) * (MOST_LINKS - 1))

    assert refused(world, report, Addition(new_id(), "One more.", (EDIT,))) == {
        ("links", "thread-error-links-many")
    }
    add(world, report, "Words are still taken.")


@pytest.mark.parametrize(
    ("words", "links", "expected"),
    [
        ("", (), {("narrative", "thread-error-empty")}),
        ("x" * (LONGEST_NARRATIVE + 1), (), {("narrative", "reports-error-narrative-long")}),
        ("é" * (LONGEST_NARRATIVE // 2 + 1), (), {("narrative", "reports-error-narrative-long")}),
    ],
)
def test_typed_words_have_a_length(
    world: World, report: bytes, words: str, links: tuple[str, ...], expected: set[tuple[str, str]]
) -> None:
    assert refused(world, report, Addition(new_id(), words, links)) == expected


@pytest.mark.parametrize("file", [b"", b"She wrote again.", b"age-encryption.org/v1\n"])
def test_words_in_the_clear_are_refused(world: World, report: bytes, file: bytes) -> None:
    assert refused(world, report, Addition(new_id(), SealedWords(0, file), ())) == {
        ("form", "reports-error-sealed")
    }


def test_addition_that_the_queue_has_no_room_for_is_refused_at_the_field(
    world: World, report: bytes
) -> None:
    page = "https://en.wikipedia.org/wiki/Talk:Main_Page"
    comments = tuple(f"{page}#c-{n:02}{'x' * 1500}-20260503140200" for n in range(49))

    assert refused(world, report, Addition(new_id(), "Words.", comments)) == {
        ("links", "reports-error-links-long")
    }
    assert report_of(world, report).meta.added == 0


def test_report_that_is_gone_takes_nothing(world: World) -> None:
    assert refused(world, new_id(), Addition(new_id(), "Words.", ())) == {
        ("form", "reports-error-form")
    }


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(counts=st.lists(st.integers(0, 12), max_size=8))
def test_positions_of_links_are_those_of_the_parts_whatever_is_added(
    world: World, counts: list[int]
) -> None:
    """The reporter's page and the worker find a link by its position: record and parts agree."""
    report = world.file(LARKSPUR, ("Brackenridge",), (EDIT,))
    number = 1
    for count in counts:
        links = tuple(
            f"https://en.wikipedia.org/wiki/Special:Diff/{number + n}" for n in range(count)
        )
        try:
            add(world, report, "Words.", links)
        except FilingRefused:
            continue
        number += count
    meta = report_of(world, report).meta
    sealed = world.facts(report)["links"] + [
        link for n in range(meta.added) for link in added(world, report, n)[1]["links"]
    ]

    assert len(sealed) == len(meta.links) <= MOST_LINKS
    assert [one["notation"] is not None for one in sealed] == [True] * len(sealed)
    assert [one.wiki for one in meta.links] == ["enwiki"] * len(sealed)
