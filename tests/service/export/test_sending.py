# SPDX-License-Identifier: AGPL-3.0-or-later
"""Exports hold a thread while they are read: only so many at once, and the others are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.export.sending import MOST_AT_ONCE, Sending, TooManyAtOnce
from tests.service.export.exports import LARKSPUR, address, file_report, save
from tests.service.visiting import JSON, Visitor, visit
from tests.service.world import World

Begin = Callable[[str], TestResponse]


@pytest.fixture
def colleague(app: Flask, world: World) -> Callable[[str], Visitor]:
    """Rowanbark, Fennelwood and Marlowick read here, and there is a case."""
    world.add_reader("Marlowick", 9005)
    file_report(world, LARKSPUR, "It hurt.")
    return lambda name: visit(app, world, name, stepped_up=True)


@pytest.fixture
def begin(colleague: Callable[[str], Visitor], world: World) -> Iterator[Begin]:
    """Somebody's browser asks for the file, and has read no more of it than its beginning."""
    answers = []

    def begin(name: str) -> TestResponse:
        answers.append(colleague(name).post(address(world)))
        return answers[-1]

    yield begin
    for answer in answers:
        answer.close()


def test_one_more_than_a_process_sends_waits_and_is_told_so(begin: Begin) -> None:
    assert [begin(name).status_code for name in ("Rowanbark", "Fennelwood")] == [200, 200]

    answer = begin("Marlowick")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert "Please wait a little" in answer.text
    assert "Try again in one minute." in answer.text
    assert "Content-Disposition" not in answer.headers


def test_script_is_told_the_same(
    begin: Begin, colleague: Callable[[str], Visitor], world: World
) -> None:
    begin("Rowanbark")

    again = colleague("Rowanbark")
    answer = again.client.post(address(world), headers={**JSON, "X-CSRFToken": again.csrf})

    assert answer.status_code == 429
    assert answer.get_json()["error"] == "too-many"


def test_one_person_has_one_at_a_time(begin: Begin) -> None:
    begin("Rowanbark")

    assert begin("Rowanbark").status_code == 429
    assert begin("Fennelwood").status_code == 200


def test_browser_that_goes_away_makes_room(begin: Begin) -> None:
    begin("Rowanbark").close()

    assert begin("Rowanbark").status_code == 200


def test_file_that_was_read_to_its_end_makes_room(
    begin: Begin, colleague: Callable[[str], Visitor], world: World
) -> None:
    save(colleague("Rowanbark"), address(world)).check()

    assert begin("Rowanbark").status_code == 200


def test_case_that_is_not_there_is_not_there_however_many_are_sent(
    begin: Begin, colleague: Callable[[str], Visitor]
) -> None:
    for name in ("Rowanbark", "Fennelwood"):
        begin(name)

    answer = colleague("Marlowick").post(f"/desk/oversight/cases/{'A' * 43}/export")

    assert answer.status_code == 404


def test_the_others_pages_are_answered_meanwhile(
    begin: Begin, colleague: Callable[[str], Visitor]
) -> None:
    for name in ("Rowanbark", "Fennelwood"):
        begin(name)

    assert colleague("Marlowick").get("/desk/oversight").status_code == 200


def test_end_that_comes_twice_ends_no_other_export() -> None:
    sending = Sending()
    first = sending.begin(1)
    first.close()
    sending.begin(1)

    first.close()

    with pytest.raises(TooManyAtOnce):
        sending.begin(1)


def test_export_that_breaks_makes_room() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"PK"
        raise OSError

    sending = Sending()
    for person in range(MOST_AT_ONCE):
        with pytest.raises(OSError):  # noqa: PT011 - it has no text
            b"".join(sending.begin(person).through(pieces()))

    assert sending.begin(0)
