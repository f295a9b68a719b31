# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same walk through two worlds, with reports that are held.

Nobody at the desk may notice a report that is held. And a report that was released thanks to
another one must not tell a functionary, from whom that other one is hidden, that it exists.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from service.ids import to_text
from service.sealing import age
from tests.service.desks import test_unseen, worlds
from tests.service.desks.conftest import BRACKENRIDGE, LARKSPUR, QUILLFEATHER
from tests.service.desks.worlds import (
    HELD,
    HIDDEN_1,
    OTHER,
    Happened,
    case_about,
    differing,
    file,
)
from tests.service.visiting import Visitor
from tests.service.world import DESK, World

founded, database_url, environ = (
    test_unseen.founded,
    test_unseen.database_url,
    test_unseen.environ,
)

DEWBERRY, HAWTHORNE = (103, "Dewberry"), 9008
HAWTHORNES_KEY = age.new_identity()

HELD_BACK = (
    Happened("nothing else is on file", ((True, "held"), (False, "night"))),
    Happened("another report of hers came first", ((False, "visible"), (True, "held"))),
    Happened(
        "the other one is worked on, and a night passes that releases nothing",
        ((False, "visible"), (False, "act"), (True, "held"), (False, "night")),
    ),
    Happened(
        "two wait for more people than there are",
        ((True, "held"), (True, "held for five"), (False, "night"), (False, "about him")),
    ),
)
"""What no functionary notices."""

NEEDED = (
    Happened(
        "a report that is hidden from him releases one that is not",
        ((False, "held"), (True, "left out"), (False, "night")),
    ),
    Happened(
        "what it released was worked on",
        ((False, "held"), (True, "left out"), (False, "night"), (True, "act")),
    ),
    Happened(
        "another one comes that is enough in his world, too",
        (
            (False, "held"),
            (True, "left out"),
            (False, "night"),
            (True, "act"),
            (False, "by a third"),
            (False, "night"),
        ),
    ),
    Happened(
        "her reporter ends the hold",
        (
            (False, "held"),
            (True, "with another"),
            (False, "night"),
            (False, "end"),
            (False, "night"),
        ),
    ),
)
"""What must not reach a recused functionary by way of the reports that it releases."""


def play(world: World, step: str) -> None:
    """One step of a history."""
    brackenridge: dict[str, int | None] = {"Brackenridge": BRACKENRIDGE}
    match step:
        case "held":
            file(world, HELD, QUILLFEATHER, brackenridge, hold="2")
        case "held for five":
            file(world, OTHER, LARKSPUR, brackenridge, hold="5")
        case "by a third":
            file(world, OTHER, DEWBERRY, brackenridge)
        case "about a newcomer":
            file(world, HIDDEN_1, LARKSPUR, {**brackenridge, "Hawthorne": HAWTHORNE})
        case "newcomer":
            world.add_reader("Hawthorne", HAWTHORNE, made=HAWTHORNES_KEY)
        case "night":
            world.services.clock.advance(days=1)  # type: ignore[attr-defined]
            world.night()
        case "end":
            with world.services.database.write() as session:
                world.domain.own.end_hold(session, HELD, world.services.today())
        case _:
            worlds.play(world, step)


@pytest.mark.parametrize("history", HELD_BACK, ids=lambda one: one.name)
@pytest.mark.parametrize("name", ["Rowanbark", "Thornbury"])
def test_nobody_at_the_desk_notices_a_report_that_is_held(
    founded: World, history: Happened, name: str, tmp_path: Path, bundle: Path
) -> None:
    assert differing(name, founded, history, tmp_path, bundle, play) == []


@pytest.mark.parametrize("history", NEEDED, ids=lambda one: one.name)
def test_recused_functionary_does_not_meet_what_only_a_hidden_report_released(
    founded: World, history: Happened, tmp_path: Path, bundle: Path
) -> None:
    assert differing("Thornbury", founded, history, tmp_path, bundle, play) == []


def test_who_joins_later_does_not_meet_what_only_a_hidden_report_released(
    founded: World, tmp_path: Path, bundle: Path
) -> None:
    """Named as an account, before being a functionary."""
    joined = Happened(
        "a functionary joins",
        (
            (False, "held"),
            (True, "about a newcomer"),
            (False, "night"),
            (False, "newcomer"),
            (False, "night"),
        ),
    )

    assert differing("Hawthorne", founded, joined, tmp_path, bundle, play) == []


@pytest.mark.parametrize("history", NEEDED, ids=lambda one: one.name)
def test_colleagues_do_meet_what_it_released(
    founded: World, history: Happened, come: Callable[[str], Visitor]
) -> None:
    """The walks would prove nothing if nothing were ever released."""
    for _hidden, step in history.steps:
        play(founded, step)
    address = f"/desk/{DESK}/cases/{to_text(case_about(founded, BRACKENRIDGE))}"

    assert to_text(HELD) in come("Rowanbark").text(address)
