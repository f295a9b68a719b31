# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk's first keys take two people: operators on the server, coordinators on a page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from service.audit.models import AuditEntryRow
from service.desks.first_keys import first_keys, speak_for_first_key
from service.desks.member import Standing, VouchRefused
from service.desks.two_people import Step
from service.desks.word import Voice, Word, WordKind
from service.ids import to_text
from service.keys.stepup import proved
from service.keys.store import WrapKind
from service.sealing import age
from service.services import Services
from service.sessions.person import Person
from tests.service.reports.desk import a_wrap
from tests.service.visiting import Visitor, sign_in
from tests.service.world import World

EMPTY_DESK = "stewards"
PAGE = f"/desk/{EMPTY_DESK}/first-keys"
ASHDOWN = 71
PEBBLEWORTH, ALDERWICK = Voice(0, "Pebbleworth"), Voice(0, "Alderwick")
WILLOWMERE = Voice(501, "Willowmere")


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    """With two operators, and three coordinators of a desk without readers, one of them Ashdown."""
    path = Path(environ["CS_DESKS"])
    named = f'key = "{EMPTY_DESK}"\n'
    desks = path.read_text().replace(named, f"{named}coordinators = [501, 502, {ASHDOWN}]\n")
    path.write_text(f'operators = ["Pebbleworth", "Alderwick"]\n{desks}')
    return environ


@pytest.fixture
def fingerprint(world: World) -> str:
    return wait(world, ASHDOWN, "Ashdown")


def wait(world: World, central_id: int, name: str) -> str:
    """A functionary of the empty desk with a key; its fingerprint."""
    _, recipient = age.new_identity()
    today = world.services.today()
    with world.services.database.write() as session:
        wraps = [(WrapKind.PASSPHRASE, a_wrap())]
        key = world.domain.keys.register(session, central_id, recipient, wraps, today)
        world.domain.roster.confirm(session, EMPTY_DESK, central_id, name, today)
    return key.fingerprint


def speak(world: World, voice: Voice, fingerprint: str, central_id: int = ASHDOWN) -> Step:
    with world.services.database.write() as session:
        return speak_for_first_key(
            world.domain,
            session,
            EMPTY_DESK,
            voice,
            central_id,
            fingerprint,
            world.services.today(),
        )


def standing(world: World, central_id: int = ASHDOWN) -> Standing:
    with world.services.database.read() as session:
        member = world.domain.roster.member(session, EMPTY_DESK, central_id)
    assert member is not None
    return member.standing


@pytest.mark.parametrize("second", [ALDERWICK, WILLOWMERE], ids=["operator", "coordinator"])
def test_operator_s_word_counts_with_another_person_s(
    world: World, fingerprint: str, second: Voice
) -> None:
    assert speak(world, PEBBLEWORTH, fingerprint) is Step.PROPOSED
    assert standing(world) is Standing.WAITING

    assert speak(world, second, fingerprint) is Step.DONE
    assert standing(world) is Standing.READER


def test_one_operator_is_not_two(world: World, fingerprint: str) -> None:
    speak(world, PEBBLEWORTH, fingerprint)

    for again in (PEBBLEWORTH, Voice(777, "pebbleworth")):
        with pytest.raises(VouchRefused, match="same"):
            speak(world, again, fingerprint)
    assert standing(world) is Standing.WAITING


def test_nobody_speaks_for_the_own_key(world: World, fingerprint: str) -> None:
    for own in (Voice(ASHDOWN, "Ashdown"), Voice(0, "Ashdown")):
        with pytest.raises(VouchRefused, match="self"):
            speak(world, own, fingerprint)


def test_word_for_another_key_does_not_count(world: World, fingerprint: str) -> None:
    other = wait(world, 72, "Birchwood")
    with pytest.raises(VouchRefused, match="changed"):
        speak(world, PEBBLEWORTH, other)
    assert fingerprint != other


def test_a_word_is_for_the_key_of_then(world: World, fingerprint: str) -> None:
    """Whoever starts over with another key has nobody's word, and needs two once more."""
    speak(world, PEBBLEWORTH, fingerprint)
    with world.services.database.write() as session:
        wraps = [(WrapKind.PASSPHRASE, a_wrap())]
        today, (_, recipient) = world.services.today(), age.new_identity()
        other = world.domain.keys.start_over(session, ASHDOWN, recipient, wraps, today)

    assert speak(world, WILLOWMERE, other.fingerprint) is Step.PROPOSED
    assert standing(world) is Standing.WAITING
    assert speak(world, PEBBLEWORTH, other.fingerprint) is Step.DONE


def test_a_word_for_a_first_key_is_none_for_a_removal() -> None:
    today = date(2026, 5, 3)
    word = Word(WordKind.FIRST_KEY, 501, b"mark", today, b"key")

    assert word.holds(WordKind.FIRST_KEY, b"key", today)
    assert not word.holds(WordKind.REMOVAL, b"key", today)


def test_words_do_not_count_where_two_readers_can_vouch(world: World, fingerprint: str) -> None:
    for central_id, name in ((72, "Birchwood"), (73, "Cedarhurst")):
        compared = wait(world, central_id, name)
        speak(world, PEBBLEWORTH, compared, central_id)
        speak(world, ALDERWICK, compared, central_id)

    with pytest.raises(VouchRefused, match="operator"):
        speak(world, PEBBLEWORTH, fingerprint)
    with world.services.database.read() as session:
        assert first_keys(world.domain, session, EMPTY_DESK) == []


def test_both_words_are_in_the_audit_with_who_spoke(world: World, fingerprint: str) -> None:
    speak(world, PEBBLEWORTH, fingerprint)
    speak(world, WILLOWMERE, fingerprint)

    with world.services.database.read() as session:
        rows = session.scalars(select(AuditEntryRow)).all()
        values = [world.services.vault.open(AuditEntryRow.blob, one.id, one.blob) for one in rows]
    found = {(one["act"], one["actor"], one["reason"]) for one in values}
    assert found == {
        ("first-key-proposed", 0, "operator Pebbleworth"),
        ("vouched", 501, ""),
    }


def come(app: Flask, services: Services, central_id: int, name: str) -> Visitor:
    """Somebody who is no functionary of any desk, and has just shown the own key."""
    with services.database.write() as session:
        keys, today = services.domain.keys, services.today()
        key = keys.of(session, central_id) or keys.register(
            session,
            central_id,
            age.new_identity()[1],
            [(WrapKind.PASSPHRASE, a_wrap())],
            today,
        )
    person = Person(central_id=central_id, name=name, rights_checked=services.clock())
    return sign_in(app, services, person, proved(key, services.clock()))


def address(world: World) -> str:
    return f"{PAGE}/{to_text(world.domain.roster.label(EMPTY_DESK, ASHDOWN))}"


class TestPage:
    def test_coordinator_finds_it_in_the_menu_and_confirms(
        self, app: Flask, world: World, fingerprint: str
    ) -> None:
        speak(world, PEBBLEWORTH, fingerprint)
        willowmere = come(app, world.services, 501, "Willowmere")
        assert f'href="{PAGE}"' in willowmere.text("/privacy")
        page = willowmere.text(PAGE)
        assert "Somebody vouched for this key on 3 May 2026." in page
        for group in fingerprint.split():
            assert f"<span>{group}</span>" in page

        answer = willowmere.post(address(world), fingerprint=fingerprint)

        assert answer.status_code == 303
        assert standing(world) is Standing.READER
        assert "No key waits here" in willowmere.text(PAGE)

    def test_two_coordinators_do_it_without_an_operator(
        self, app: Flask, world: World, fingerprint: str
    ) -> None:
        first = come(app, world.services, 501, "Willowmere")
        first.post(address(world), fingerprint=fingerprint)
        assert "You vouched for this key on 3 May 2026." in first.text(PAGE)
        assert first.post(address(world), fingerprint=fingerprint).status_code == 422

        come(app, world.services, 502, "Yarrow").post(address(world), fingerprint=fingerprint)

        assert standing(world) is Standing.READER

    def test_coordinator_does_not_confirm_the_own_key(
        self, app: Flask, world: World, fingerprint: str
    ) -> None:
        ashdown = come(app, world.services, ASHDOWN, "Ashdown")
        assert "This is your own key" in ashdown.text(PAGE)

        assert ashdown.post(address(world), fingerprint=fingerprint).status_code == 422
        assert standing(world) is Standing.WAITING

    def test_others_do_not_find_it(self, app: Flask, world: World, fingerprint: str) -> None:
        other = come(app, world.services, 4711, "Larkspur")

        assert other.get(PAGE).status_code == 404
        assert other.post(address(world), fingerprint=fingerprint).status_code == 404
        assert other.get("/desk/oversight/first-keys").status_code == 404
        assert "first-keys" not in other.text("/privacy")

    def test_key_that_is_another_one_by_now_is_refused(
        self, app: Flask, world: World, fingerprint: str
    ) -> None:
        willowmere = come(app, world.services, 501, "Willowmere")

        answer = willowmere.post(address(world), fingerprint=fingerprint[::-1])

        assert answer.status_code == 422
        assert "another one by now" in answer.get_data(as_text=True)
        for nobody in ("nonsense", to_text(bytes(32))):
            assert willowmere.post(f"{PAGE}/{nobody}", fingerprint="x").status_code == 404
