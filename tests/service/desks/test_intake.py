# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk's coordinators close it to new reports and open it again; everybody is told, and nobody
learns from it what waits there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from service.audit.models import AuditEntryRow
from service.desks.desk import Desk
from service.keys.stepup import proved
from service.keys.store import WrapKind
from service.sealing import age
from service.services import Services
from service.sessions.person import Person
from tests.service.conftest import ManualClock
from tests.service.desks.conftest import BRACKENRIDGE, LARKSPUR, ROWANBARK, THORNBURY
from tests.service.reports.desk import a_wrap
from tests.service.visiting import Visitor, functionary, sign_in
from tests.service.world import DESK, World

PAGE = f"/desk/{DESK}/intake"
WILLOWMERE = 501
ELSEWHERE = "Write to the office."


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    """With three coordinators: a reader, one who is named in a report, one who does not read."""
    path = Path(environ["CS_DESKS"])
    named = f'key = "{DESK}"\n'
    extra = f'coordinators = [{ROWANBARK}, {THORNBURY}, {WILLOWMERE}]\nelsewhere = "{ELSEWHERE}"\n'
    path.write_text(path.read_text().replace(named, f"{named}{extra}"))
    return environ


def coordinator(app: Flask, services: Services, central_id: int, name: str) -> Visitor:
    """Signed in, with the wiki's word and the own key shown just now."""
    with services.database.write() as session:
        keys, today = services.domain.keys, services.today()
        key = keys.of(session, central_id) or keys.register(
            session, central_id, age.new_identity()[1], [(WrapKind.PASSPHRASE, a_wrap())], today
        )
    person = Person(central_id, name, rights_checked=services.clock())
    return sign_in(app, services, person, proved(key, services.clock()))


@pytest.fixture
def willowmere(app: Flask, services: Services) -> Visitor:
    return coordinator(app, services, WILLOWMERE, "Willowmere")


@pytest.fixture
def larkspur(app: Flask, services: Services) -> Visitor:
    return sign_in(app, services, Person(*LARKSPUR, edit_count=100))


def switch(visitor: Visitor, to: str, reason: str = "Too few of us.") -> int:
    return visitor.post(PAGE, intake=to, reason=reason).status_code


@pytest.mark.usefixtures("world")
class TestClosing:
    def test_everybody_is_told_and_where_else_to_turn(
        self, app: Flask, willowmere: Visitor, larkspur: Visitor
    ) -> None:
        assert f"<bdi>{ELSEWHERE}</bdi>" not in larkspur.text("/report")

        assert switch(willowmere, "closed") == 303

        for page in (
            app.test_client().get("/").get_data(as_text=True),
            larkspur.text("/report"),
            larkspur.text(f"/report/{DESK}"),
            larkspur.text(f"/report/{DESK}/plain"),
        ):
            assert ELSEWHERE in page
        assert "its coordinators closed it for a while" in larkspur.text(f"/report/{DESK}")
        assert "takes no new reports since 3 May 2026" in willowmere.text(PAGE)

    def test_nothing_is_filed_and_what_was_typed_stays(
        self, willowmere: Visitor, larkspur: Visitor
    ) -> None:
        form = larkspur.text(f"/report/{DESK}/plain")
        form_id = form.split('name="form_id" value="', 1)[1].split('"', 1)[0]
        switch(willowmere, "closed")

        answer = larkspur.post(
            f"/report/{DESK}/plain",
            form_id=form_id,
            narrative="It hurt.",
            accounts="Brackenridge",
            contact="tool",
            wishes="record",
        )

        assert answer.status_code == 422
        assert "It hurt.</textarea>" in answer.get_data(as_text=True)
        assert ELSEWHERE in answer.get_data(as_text=True)

    def test_it_opens_again(self, willowmere: Visitor, larkspur: Visitor) -> None:
        switch(willowmere, "closed")
        assert switch(willowmere, "open", "Enough again.") == 303

        assert "data-form-id" in larkspur.text(f"/report/{DESK}")

    def test_two_coordinators_at_once_do_it_once(
        self, willowmere: Visitor, app: Flask, services: Services
    ) -> None:
        other = coordinator(app, services, ROWANBARK, "Rowanbark")
        switch(willowmere, "closed")

        answer = other.post(PAGE, intake="closed", reason="Me, too.")

        assert answer.status_code == 422
        assert "just before you" in answer.get_data(as_text=True)

    @pytest.mark.parametrize(("reason", "said"), [(" \n", "a few words"), ("x" * 201, "too long")])
    def test_reason_is_wanted(self, willowmere: Visitor, reason: str, said: str) -> None:
        answer = willowmere.post(PAGE, intake="closed", reason=reason)

        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)
        assert "This desk takes new reports." in willowmere.text(PAGE)

    def test_audit_says_who_and_why(self, willowmere: Visitor, services: Services) -> None:
        switch(willowmere, "closed")
        switch(willowmere, "open", "Enough again.")

        with services.database.read() as session:
            rows = session.scalars(select(AuditEntryRow).where(AuditEntryRow.desk == DESK)).all()
            found = [services.vault.open(AuditEntryRow.blob, one.id, one.blob) for one in rows]
        acts = {(one["act"], one["actor"], one["reason"]) for one in found}
        assert ("intake-closed", WILLOWMERE, "Too few of us.") in acts
        assert ("intake-opened", WILLOWMERE, "Enough again.") in acts


def test_session_alone_does_not_close_a_desk(
    app: Flask, world: World, services: Services, willowmere: Visitor
) -> None:
    assert world.readers
    person = Person(WILLOWMERE, "Willowmere", rights_checked=services.clock())
    stolen = sign_in(app, services, person)

    answer = stolen.post(PAGE, intake="closed", reason="Nobody is there.")

    assert answer.status_code == 403
    assert 'name="reason" value="Nobody is there."' in answer.get_data(as_text=True)
    assert "This desk takes new reports." in willowmere.text(PAGE)


def test_others_do_not_find_the_switch(
    app: Flask, world: World, larkspur: Visitor, come: Callable[[str], Visitor]
) -> None:
    assert world.readers
    for visitor in (larkspur, come("Fennelwood")):
        assert visitor.get(PAGE).status_code == 404
        assert switch(visitor, "closed") == 404
        assert "/intake" not in visitor.text("/privacy")


@pytest.mark.usefixtures("willowmere")
class TestLate:
    """A report about Thornbury waits too long."""

    @pytest.fixture(autouse=True)
    def late(self, world: World, clock: ManualClock) -> None:
        world.add_reader("Thornbury", THORNBURY)
        report = world.file(LARKSPUR, ("Thornbury",))
        world.fold(report, {"Thornbury": THORNBURY})
        clock.advance(days=world.desk.answer_by_days + 1)

    def test_coordinator_who_may_see_it_is_asked(self, come: Callable[[str], Visitor]) -> None:
        rowanbark = come("Rowanbark")

        assert "One case has waited past the day" in rowanbark.text(f"/desk/{DESK}")
        assert "Of the cases that you may see, one has" in rowanbark.text(PAGE)

    def test_coordinator_who_is_named_in_it_is_not(self, come: Callable[[str], Visitor]) -> None:
        thornbury = come("Thornbury")

        assert "waited past" not in thornbury.text(f"/desk/{DESK}")
        assert "that you may see" not in thornbury.text(PAGE)

    def test_coordinator_who_does_not_read_is_not(self, willowmere: Visitor) -> None:
        assert "that you may see" not in willowmere.text(PAGE)

    def test_coordinator_whose_key_nobody_vouched_for_is_not(
        self, app: Flask, services: Services
    ) -> None:
        with services.database.write() as session:
            roster, today = services.domain.roster, services.today()
            roster.confirm(session, DESK, WILLOWMERE, "Willowmere", today)

        waiting = sign_in(app, services, functionary(services, WILLOWMERE, "Willowmere"))

        assert "that you may see" not in waiting.text(PAGE)

    def test_reader_who_does_not_coordinate_is_not(self, come: Callable[[str], Visitor]) -> None:
        assert "waited past" not in come("Fennelwood").text(f"/desk/{DESK}")

    def test_desk_does_not_close_by_itself(self, larkspur: Visitor) -> None:
        assert "data-form-id" in larkspur.text(f"/report/{DESK}")

    def test_answered_case_is_nothing_to_ask_about(
        self, world: World, come: Callable[[str], Visitor]
    ) -> None:
        report = world.file(LARKSPUR, ("Brackenridge",))
        world.fold(report, {"Brackenridge": BRACKENRIDGE})

        assert "One case has waited" in come("Rowanbark").text(f"/desk/{DESK}")


def test_closed_desks_are_named_on_the_first_page_whatever_closed_them(
    app: Flask, services: Services
) -> None:
    """Nobody reads at any desk yet."""
    page = app.test_client().get("/").get_data(as_text=True)

    desks: tuple[Desk, ...] = services.desks
    assert [desk.name for desk in desks if f"<bdi>{desk.name}</bdi>" not in page] == []
    assert "another desk" not in page, "there is none"


def test_first_page_names_none_while_all_take_reports(
    app: Flask, world: World, services: Services
) -> None:
    assert world.readers
    object.__setattr__(services, "desks", (replace(world.desk),))

    assert "Who takes no reports now" not in app.test_client().get("/").get_data(as_text=True)
