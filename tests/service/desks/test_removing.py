# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking a reader off the roster takes two, and takes away all that was sealed to the key."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.audit.models import AuditEntryRow
from service.cases.head import CaseState
from service.desks.member import Member, Standing, VouchRefused
from service.desks.removing import drop_proposal, speak_for_removal
from service.desks.thin import reports_by_readers
from service.desks.two_people import Step
from service.desks.vouching import vouch
from service.desks.word import Voice
from service.keys.store import fingerprint
from tests.service.desks.conftest import (
    BRACKENRIDGE,
    FENNELWOOD,
    LARKSPUR,
    ROWANBARK,
    THORNBURY,
)
from tests.service.world import DESK, World

ROWAN, FENNEL = Voice(ROWANBARK, "Rowanbark"), Voice(FENNELWOOD, "Fennelwood")
THORN = Voice(THORNBURY, "Thornbury")
OPERATOR = Voice(0, "Pebbleworth")


@pytest.fixture
def world(world: World) -> World:
    """The folder's, with a third reader."""
    world.add_reader("Thornbury", THORNBURY)
    return world


def speak(world: World, voice: Voice, central_id: int = THORNBURY) -> Step:
    with world.services.database.write() as session:
        return speak_for_removal(
            world.domain, session, DESK, voice, central_id, world.services.today()
        )


def member(world: World, central_id: int = THORNBURY) -> Member:
    with world.services.database.read() as session:
        found = world.domain.roster.member(session, DESK, central_id)
    assert found is not None
    return found


def report(world: World, left_out: frozenset[int] = frozenset()) -> bytes:
    filed = world.file(LARKSPUR, ("Brackenridge",), left_out=left_out)
    world.fold(filed, {"Brackenridge": BRACKENRIDGE})
    return filed


def boxes(world: World, report_id: bytes) -> frozenset[int]:
    """Who has a box, by the record and by the rows alike."""
    with world.services.database.read() as session:
        found = world.domain.reports.get(session, report_id)
        assert found is not None
        for one in (ROWANBARK, FENNELWOOD, THORNBURY):
            has = bool(world.domain.reports.boxes(session, [report_id], one))
            assert has == (one in found.meta.boxes)
        return found.meta.boxes


def acts(world: World) -> list[str]:
    with world.services.database.read() as session:
        rows = session.scalars(select(AuditEntryRow)).all()
        return sorted(
            world.services.vault.open(AuditEntryRow.blob, one.id, one.blob)["act"] for one in rows
        )


def test_one_word_changes_nothing(world: World) -> None:
    filed = report(world)

    assert speak(world, ROWAN) is Step.PROPOSED

    assert member(world).standing is Standing.READER
    assert THORNBURY in boxes(world, filed)
    assert acts(world) == ["removal-proposed"]


def test_second_word_takes_key_and_boxes_and_cases_away(world: World) -> None:
    filed = report(world)
    with world.services.database.write() as session:
        thornbury, desk = world.as_reader("Thornbury"), world.desk
        (row,) = world.domain.reading.listing(session, desk, thornbury)
        today = world.services.today()
        world.domain.acts.assign(session, desk, thornbury, row.id, THORNBURY, today)
        world.domain.acts.set_state(session, desk, thornbury, row.id, CaseState.WORKING, today)
    speak(world, ROWAN)

    assert speak(world, FENNEL) is Step.DONE

    off = member(world)
    assert off.standing is Standing.WAITING
    assert off.removed_on == world.services.today()
    assert boxes(world, filed) == {ROWANBARK, FENNELWOOD}
    with world.services.database.read() as session:
        (row,) = world.domain.reading.listing(session, desk, world.as_reader("Rowanbark"))
    assert (row.assignee, row.state) == (None, CaseState.WORKING)
    assert acts(world).count("removed") == 1


def test_same_person_is_not_two(world: World) -> None:
    speak(world, ROWAN)

    with pytest.raises(VouchRefused, match="same"):
        speak(world, ROWAN)
    with pytest.raises(VouchRefused, match="same"):
        speak(world, Voice(0, "rowanbark"))  # who operates the tool, too, is one person
    assert member(world).standing is Standing.READER


def test_nobody_speaks_about_himself(world: World) -> None:
    with pytest.raises(VouchRefused, match="self"):
        speak(world, THORN)
    speak(world, ROWAN)
    with (
        pytest.raises(VouchRefused, match="self"),
        world.services.database.write() as session,
    ):
        drop_proposal(world.domain, session, DESK, THORN, THORNBURY, world.services.today())
    with pytest.raises(VouchRefused, match="self"):
        speak(world, Voice(0, "Thornbury"))


def test_whoever_does_not_read_has_no_word(world: World) -> None:
    world.add_reader("Marlowick", 9005, vouched=False)

    with pytest.raises(VouchRefused, match="not-reader"):
        speak(world, Voice(9005, "Marlowick"))
    with pytest.raises(VouchRefused, match="not-reader"):
        speak(world, ROWAN, 9005)


def test_word_that_is_two_weeks_old_does_not_count_any_more(world: World) -> None:
    speak(world, ROWAN)
    world.services.clock.advance(days=15)  # type: ignore[attr-defined]

    assert speak(world, FENNEL) is Step.PROPOSED
    assert speak(world, ROWAN) is Step.DONE


def test_proposal_can_be_dropped(world: World) -> None:
    speak(world, ROWAN)
    with world.services.database.write() as session:
        drop_proposal(world.domain, session, DESK, FENNEL, THORNBURY, world.services.today())

    assert speak(world, FENNEL) is Step.PROPOSED
    assert acts(world) == ["removal-dropped", "removal-proposed", "removal-proposed"]


def test_operator_helps_a_desk_of_two_and_it_closes(world: World) -> None:
    speak(world, ROWAN)
    speak(world, FENNEL)

    assert speak(world, ROWAN, FENNELWOOD) is Step.PROPOSED
    assert speak(world, OPERATOR, FENNELWOOD) is Step.DONE

    with world.services.database.read() as session:
        assert [one.name for one in world.domain.roster.readers(session, DESK)] == ["Rowanbark"]


def test_last_reader_stays(world: World) -> None:
    for gone in (THORNBURY, FENNELWOOD):
        speak(world, ROWAN, gone)
        speak(world, OPERATOR, gone)

    with pytest.raises(VouchRefused, match="last"):
        speak(world, OPERATOR, ROWANBARK)


def test_last_box_of_a_report_is_not_thrown_away(world: World) -> None:
    """Nobody else could open it: a report is not lost with its last reader."""
    filed = world.file(LARKSPUR, ("Old Rowan", "Old Fennel"))
    world.fold(filed, {"Old Rowan": ROWANBARK, "Old Fennel": FENNELWOOD})
    assert boxes(world, filed) == {THORNBURY}
    speak(world, ROWAN)
    speak(world, FENNEL)

    assert boxes(world, filed) == {THORNBURY}
    with world.services.database.read() as session:
        assert reports_by_readers(world.domain, session, DESK) == (1, 0)


def test_box_of_a_report_that_was_on_its_way_is_taken_when_it_is_folded(world: World) -> None:
    filed = world.file(LARKSPUR, ("Brackenridge",))
    with world.services.database.write() as session:
        world.domain.roster.take_off(session, member(world), world.services.today())

    world.fold(filed, {"Brackenridge": BRACKENRIDGE})

    assert boxes(world, filed) == {ROWANBARK, FENNELWOOD}


def test_own_report_stays_one_s_own(world: World) -> None:
    filed = world.file((THORNBURY, "Thornbury"), ("Brackenridge",))
    world.fold(filed, {"Brackenridge": BRACKENRIDGE})
    speak(world, ROWAN)
    speak(world, FENNEL)

    assert THORNBURY in boxes(world, filed)


def test_rights_on_the_wiki_do_not_bring_the_key_back_but_a_colleague_does(world: World) -> None:
    speak(world, ROWAN)
    speak(world, FENNEL)
    with world.services.database.write() as session:
        today = world.services.today()
        world.domain.roster.confirm(session, DESK, THORNBURY, "Thornbury", today)
    assert member(world).standing is Standing.WAITING
    assert THORNBURY not in boxes(world, report(world))

    compared = fingerprint(world.readers["Thornbury"].recipient)
    with world.services.database.write() as session:
        vouch(world.domain, session, DESK, ROWANBARK, THORNBURY, compared, today)

    again = member(world)
    assert again.standing is Standing.READER
    assert again.removed_on is None
    assert THORNBURY in boxes(world, report(world))
