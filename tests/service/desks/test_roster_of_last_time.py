# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a process keeps of a roster is never older than the roster: what others change counts with
the next question, on both databases.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from service.declared.store import Declared, DeclaredKind
from service.desks.roster import OPERATOR
from service.keys.store import WrapKind
from service.rotation.at_rest import AtRestRotation
from service.sealing import age
from service.sealing.at_rest import AtRestError
from service.sealing.keyring import generate_key
from service.services import Services, build_services
from tests.service.reports.desk import DESK, a_wrap, add_reader

ONE, OTHER = 9003, 9004


@pytest.fixture
def elsewhere(services: Services) -> Iterator[Services]:
    """Another process of the same installation, which has read the same roster."""
    add_reader(services, DESK, ONE, "Rowanbark")
    add_reader(services, DESK, OTHER, "Fennelwood")
    other = build_services(services.config, clock=services.clock)
    assert [*readers(services)] == [*readers(other)] == [OTHER, ONE]
    yield other
    other.database.dispose()


def readers(services: Services, person: int = 101) -> dict[int, str]:
    """The recipients that somebody seals to, by central id; by name of the reader."""
    with services.database.read() as session:
        found, _own = services.domain.roster.readers_and_key(session, DESK, person)
    return {one.central_id: one.recipient for one in found}


def names(services: Services) -> list[str]:
    with services.database.read() as session:
        members = services.domain.roster.members(session, DESK)
    return [name for one in members for name in one.names]


def start_over(services: Services, session: Session, central_id: int) -> str:
    """Another key for a functionary; its recipient."""
    _identity, recipient = age.new_identity()
    wraps = [(WrapKind.RECOVERY, a_wrap())]
    services.domain.keys.start_over(session, central_id, recipient, wraps, services.today())
    return recipient


def lapse(services: Services, session: Session) -> None:
    member = services.domain.roster.member(session, DESK, ONE)
    assert member is not None
    services.domain.roster.lapse(session, member, services.today())


def take_off(services: Services, session: Session) -> None:
    member = services.domain.roster.member(session, DESK, ONE)
    assert member is not None
    services.domain.roster.take_off(session, member, services.today())


def change_key(services: Services, session: Session) -> None:
    start_over(services, session, ONE)


@pytest.mark.parametrize("change", [lapse, take_off, change_key])
def test_who_reads_no_more_gets_no_box_from_a_process_that_knew_him(
    services: Services, elsewhere: Services, change: Callable[[Services, Session], None]
) -> None:
    with elsewhere.database.write() as session:
        change(elsewhere, session)
    assert [*readers(services)] == [OTHER]


def test_boxes_are_for_the_key_of_now(services: Services, elsewhere: Services) -> None:
    with elsewhere.database.write() as session:
        new = start_over(elsewhere, session, ONE)
        session.flush()
        elsewhere.domain.roster.vouch(session, DESK, OPERATOR, ONE, elsewhere.today())
    assert readers(services)[ONE] == new


def test_reporters_own_key_is_that_of_now(services: Services, elsewhere: Services) -> None:
    """Also of somebody who is on the roster, whose key is kept with it."""
    with elsewhere.database.write() as session:
        new = start_over(elsewhere, session, ONE)
    for _ in range(2):
        with services.database.read() as session:
            _readers, own = services.domain.roster.readers_and_key(session, DESK, ONE)
        assert own is not None
        assert own.recipient == new


def test_account_that_was_declared_elsewhere_is_known_at_once(
    services: Services, elsewhere: Services
) -> None:
    also = Declared("Gorse", None, DeclaredKind.PUBLIC, services.today())
    for accounts in ((also,), ()):
        with elsewhere.database.write() as session:
            elsewhere.domain.declared.save(session, ONE, accounts)
        assert names(services) == ["Fennelwood", "Rowanbark", *(one.name for one in accounts)]


def test_change_that_was_undone_was_never_there(services: Services, elsewhere: Services) -> None:
    """Not even for who saw it within the transaction."""
    before = readers(services)
    with suppress(RuntimeError), services.database.write() as session:
        change_key(services, session)
        lapse(services, session)
        assert len(services.domain.roster.readers(session, DESK)) == 1
        raise RuntimeError
    assert readers(services) == before == readers(elsewhere)


def test_many_threads_see_every_change_as_soon_as_it_is_there(
    services: Services, elsewhere: Services
) -> None:
    """Some ask while keys change: never a key that is no more, never one of another member."""
    over = threading.Event()
    recipients = {ONE: {readers(services)[ONE]}, OTHER: {readers(services)[OTHER]}}

    def ask() -> int:
        asked = 0
        while not over.is_set():
            found = readers(services, person=OTHER)
            assert OTHER in found
            assert all(one in recipients[who] for who, one in found.items())
            asked += 1
        return asked

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        try:
            for _ in range(15):
                with elsewhere.database.write() as session:
                    new = start_over(elsewhere, session, ONE)
                assert readers(services).keys() == {OTHER}
                recipients[ONE].add(new)
                with elsewhere.database.write() as session:
                    elsewhere.domain.roster.vouch(session, DESK, OPERATOR, ONE, services.today())
                assert readers(services)[ONE] == new
        finally:
            over.set()
        assert all(one.result(60) for one in asking)


@pytest.mark.parametrize("size", [0, 1, 300])
def test_rosters_of_any_size_are_read_whole(services: Services, size: int) -> None:
    """Twice: opened, and as it was opened."""
    roster, today = services.domain.roster, services.today()
    wraps = [(WrapKind.RECOVERY, a_wrap())]
    people = [10_000 + number for number in range(size)]
    with services.database.write() as session:
        for person in people:
            services.domain.keys.register(session, person, f"of {person}", wraps, today)
            session.flush()
            roster.confirm(session, DESK, person, f"Reader {person}", today)
            session.flush()
            roster.vouch(session, DESK, OPERATOR, person, today)
    for _ in range(2):
        assert readers(services) == {person: f"of {person}" for person in people}


def test_rows_that_were_sealed_anew_say_the_same(services: Services, elsewhere: Services) -> None:
    """Operators put a new key into the ring and let everything move under it."""
    old, new = services.config.at_rest_keys, generate_key()
    during, alone = (
        build_services(replace(services.config, at_rest_keys=ring), clock=services.clock)
        for ring in (f"{new},{old}", new)
    )
    before = readers(during)
    AtRestRotation(during.database, during.at_rest).run()

    assert readers(during) == readers(alone) == before
    with pytest.raises(AtRestError):
        readers(elsewhere)
    for one in (during, alone):
        one.database.dispose()
