# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of a desk: lines, filters in the address, pages; and who does not get to see it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from service.cases.head import CaseState
from service.cases.listed import Row
from service.desks.arriving import confirm_rights
from service.desks.queue import ROWS_A_PAGE, Filters, Show, Whose, page_of
from service.ids import to_text
from tests.service.desks.conftest import BRACKENRIDGE, LARKSPUR, MARLOWICK, QUILLFEATHER, ROWANBARK
from tests.service.visiting import Visitor, case_address, functionary, sign_in
from tests.service.world import DESK, World

QUEUE = f"/desk/{DESK}"


def a_row(state: CaseState = CaseState.OPEN, assignee: int | None = None) -> Row:
    day = date(2026, 5, 3)
    return Row(bytes(32), "AAA-AAA", state, assignee, "1", "1", (), day, day, day)


def report(world: World, about: str, central_id: int) -> bytes:
    found = world.file(LARKSPUR, (about,))
    world.fold(found, {about: central_id})
    return found


def codes(page: str) -> list[str]:
    return re.findall(r'class="cs-code" href="[^"]+">([^<]+)<', page)


def test_empty_desk_waits_for_nobody(reader: Visitor) -> None:
    assert "Nothing waits for you." in reader.text(QUEUE)


def test_line_shows_bands_and_days_and_no_name(reader: Visitor, world: World) -> None:
    report(world, "Brackenridge", BRACKENRIDGE)
    world.fold(world.file(QUILLFEATHER, ("Brackenridge",)), {"Brackenridge": BRACKENRIDGE})

    page = reader.text(QUEUE)

    assert len(codes(page)) == 1
    assert '<td data-label="Reports">2\u20134</td>' in page
    assert '<td data-label="Last report">3 May 2026</td>' in page
    assert "10 May 2026" in page
    assert "Brackenridge" not in page


def test_case_that_is_overdue_says_so(world: World, come: Callable[[str], Visitor]) -> None:
    report(world, "Brackenridge", BRACKENRIDGE)
    assert "late</span>" not in come("Rowanbark").text(QUEUE)

    world.services.clock.advance(days=8)  # type: ignore[attr-defined]

    assert "late</span>" in come("Rowanbark").text(QUEUE)


def test_previews_hold_the_accounts_and_nothing_else(
    reader: Visitor, world: World, about: Callable[[int], bytes]
) -> None:
    filed = report(world, "Brackenridge", BRACKENRIDGE)
    case = to_text(about(BRACKENRIDGE))

    (found,) = reader.ask(f"{QUEUE}/previews?case={case}&case={case}").get_json()["cases"]

    assert (found["case"], found["id"]) == (case, to_text(filed))
    assert [part["name"] for part in found["parts"]] == ["accounts"]


def test_list_alone_opens_no_report(
    reader: Visitor, world: World, about: Callable[[int], bytes]
) -> None:
    """Its reporter is not told that it is being read."""
    filed = report(world, "Brackenridge", BRACKENRIDGE)
    reader.ask(f"{QUEUE}/previews?case={to_text(about(BRACKENRIDGE))}")
    reader.text(case_address(about(BRACKENRIDGE)))

    with world.services.database.read() as session:
        found = world.domain.reports.get(session, filed)
    assert found is not None
    assert found.meta.opened_by == frozenset()


@pytest.mark.parametrize("text", ["", "no id", "A" * 22, "é"])
def test_preview_of_what_is_no_case_is_not_there(reader: Visitor, text: str) -> None:
    assert reader.ask(f"{QUEUE}/previews?case={text}").status_code == 404


def test_filters_stand_in_the_address(
    reader: Visitor, world: World, about: Callable[[int], bytes]
) -> None:
    report(world, "Brackenridge", BRACKENRIDGE)
    reader.post(f"{case_address(about(BRACKENRIDGE))}/state", state="closed")

    assert "Nothing waits for you." in reader.text(QUEUE)
    assert len(codes(reader.text(f"{QUEUE}?state=closed"))) == 1
    assert len(codes(reader.text(f"{QUEUE}?state=all&assignee=nobody"))) == 1
    assert "No case fits these filters." in reader.text(f"{QUEUE}?state=working")
    assert "No case fits these filters." in reader.text(f"{QUEUE}?state=all&assignee=mine")


def test_colleague_stands_in_the_address_by_a_label(
    reader: Visitor, world: World, about: Callable[[int], bytes]
) -> None:
    report(world, "Brackenridge", BRACKENRIDGE)
    reader.post(f"{case_address(about(BRACKENRIDGE))}/assignee", assignee="me")
    own, colleague = (
        to_text(world.domain.roster.label(DESK, world.readers[name].central_id))
        for name in ("Rowanbark", "Fennelwood")
    )

    page = reader.text(QUEUE)
    assert f'<option value="{colleague}">Fennelwood</option>' in page
    assert str(ROWANBARK) not in page
    assert len(codes(reader.text(f"{QUEUE}?assignee={own}"))) == 1
    assert codes(reader.text(f"{QUEUE}?assignee={colleague}")) == []


@pytest.mark.parametrize(
    ("show", "states"),
    [
        (Show.UNDONE, [CaseState.OPEN, CaseState.WORKING]),
        (Show.OPEN, [CaseState.OPEN]),
        (Show.WORKING, [CaseState.WORKING]),
        (Show.CLOSED, [CaseState.CLOSED]),
        (Show.ALL, list(CaseState)),
    ],
)
def test_filter_by_state(show: Show, states: list[CaseState]) -> None:
    rows = [a_row(state) for state in CaseState]

    assert [row.state for row in Filters(show).take(rows, ROWANBARK)] == states


@pytest.mark.parametrize(
    ("assignee", "kept"),
    [("anybody", [None, 1, 2]), ("mine", [1]), ("nobody", [None]), ("label-of-2", [2])],
)
def test_filter_by_who_is_responsible(assignee: str, kept: list[int | None]) -> None:
    filters = Filters.of({"assignee": assignee}, {"label-of-2": 2})
    rows = [a_row(assignee=one) for one in (None, 1, 2)]

    assert [row.assignee for row in filters.take(rows, 1)] == kept


@pytest.mark.parametrize("query", [{}, {"state": "nonsense", "assignee": "4711"}])
def test_filter_without_meaning_counts_as_none(query: dict[str, str]) -> None:
    assert Filters.of(query, {}) == Filters(Show.UNDONE, Whose.ANYBODY.value)
    assert Filters.of(query, {}).to_query() == {}


@pytest.mark.parametrize(
    ("wanted", "number"), [("", 1), ("2", 2), ("3", 3), ("99", 3), ("0", 1), ("-1", 1), ("²", 1)]
)
def test_pages_are_as_many_as_there_are(wanted: str, number: int) -> None:
    rows = [a_row() for _ in range(2 * ROWS_A_PAGE + 1)]

    page = page_of(rows, wanted)

    assert (page.number, page.last) == (number, 3)
    assert len(page.rows) == (1 if number == 3 else ROWS_A_PAGE)


class TestWithoutReading:
    """Functionaries whose key opens nothing yet."""

    @pytest.fixture
    def world(self, world: World) -> World:
        report(world, "Brackenridge", BRACKENRIDGE)
        return world

    def newcomer(self, app: Flask, world: World) -> Visitor:
        """Marlowick signed in and has no key."""
        services = world.services
        confirm_rights(
            services.database, world.domain, MARLOWICK, "Marlowick", [DESK], services.today()
        )
        return sign_in(app, services, functionary(services, MARLOWICK, "Marlowick"))

    def test_functionary_without_a_key_is_led_to_make_one(self, app: Flask, world: World) -> None:
        page = self.newcomer(app, world).text(QUEUE)

        assert 'href="/key">Make your key</a>' in page
        assert codes(page) == []

    def test_functionary_who_waits_is_told_who_can_vouch(
        self, world: World, come: Callable[[str], Visitor]
    ) -> None:
        world.add_reader("Marlowick", MARLOWICK, vouched=False)

        page = come("Marlowick").text(QUEUE)

        assert "waits for somebody to vouch" in page
        assert "<bdi>Fennelwood</bdi>" in page
        assert "<bdi>Rowanbark</bdi>" in page
        assert codes(page) == []

    def test_cases_are_not_there_for_either(
        self, app: Flask, world: World, about: Callable[[int], bytes]
    ) -> None:
        newcomer = self.newcomer(app, world)
        case = about(BRACKENRIDGE)

        for path in (case_address(case), f"{QUEUE}/previews?case={to_text(case)}"):
            assert newcomer.get(path).status_code == 404
        sealed = newcomer.send(f"{case_address(case)}/sealed", {"reports": []})
        assert sealed.status_code == 404
        taken = newcomer.post(f"{case_address(case)}/assignee", assignee="me")
        assert taken.status_code == 404

    def test_session_without_a_place_on_the_roster_opens_nothing(
        self, app: Flask, world: World
    ) -> None:
        """The sign-in puts functionaries on the roster and recuses them; nobody passes by it."""
        stranger = functionary(world.services, 4242, "Stranger")

        assert sign_in(app, world.services, stranger).get(QUEUE).status_code == 404

    def test_rights_that_were_not_confirmed_open_nothing(self, app: Flask, world: World) -> None:
        person = functionary(world.services, ROWANBARK, "Rowanbark")
        person = dataclasses.replace(person, rights_checked=None)

        closed = sign_in(app, world.services, person).get(QUEUE)

        assert closed.status_code == 503
        assert "The wiki did not say which rights you have" in closed.text
