# SPDX-License-Identifier: AGPL-3.0-or-later
"""New keys in the environment: everything moves under them while reports come in, and old keys
open nothing any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from service.matching.tokens import MatchKeys
from service.rotation.at_rest import AtRestRotation, sealed_places
from service.rotation.matching import MatchingRotation
from service.sealing.at_rest import AtRest, AtRestError
from service.sealing.keyring import KeyRing, generate_key
from service.services import Services
from service.sessions.store import SessionStore
from tests.service.world import World

LARKSPUR, QUILLFEATHER = (101, "Larkspur"), (102, "Quillfeather")
BRACKENRIDGE = 9007
EDIT = "https://en.wikipedia.org/wiki/Special:Diff/310000042"


class CutOff(Exception):
    """The command was stopped."""


@pytest.fixture
def world(world: World) -> World:
    """Two readers, three folded reports, an open session, something in the queue."""
    world.add_reader("Rowanbark", 9003)
    world.add_reader("Fennelwood", 9004)
    for reporter in (LARKSPUR, QUILLFEATHER, LARKSPUR):
        report = world.file(reporter, ("Brackenridge",), (EDIT,), "It hurt. Quincunx.")
        world.fold(report, {"Brackenridge": BRACKENRIDGE})
    services = world.services
    store = SessionStore(
        services.database, services.vault, services.config.secret_key, services.clock
    )
    store.create({"said": "something"})
    return world


def with_keys(
    services: Services, at_rest: str | None = None, matching: str | None = None
) -> Services:
    """The same tool after a restart with other key rings."""
    config = services.config
    config = replace(
        config,
        at_rest_keys=at_rest or config.at_rest_keys,
        match_keys=matching or config.match_keys,
    )
    return Services(
        config=config,
        database=services.database,
        at_rest=AtRest(KeyRing.parse(config.at_rest_keys)),
        match_keys=MatchKeys.parse(config.match_keys),
        wikis=services.wikis,
        desks=services.desks,
        operators=services.operators,
        clock=services.clock,
    )


def restarted(world: World, **keys: str) -> World:
    return World(with_keys(world.services, **keys), world.readers)


def opens_everything(services: Services) -> bool:
    """Whether the keys of these services open every sealed column."""
    with services.database.read() as session:
        for place in sealed_places():
            for key, blob in session.execute(select(place.key, place.column)):
                if blob is None:
                    continue
                row_id = key.encode() if isinstance(key, str) else key
                try:
                    services.at_rest.open(place.table.name, row_id, place.column.name, blob)
                except AtRestError:
                    return False
    return True


def reports_in_the_case(world: World) -> int:
    reading = world.domain.reading
    with world.services.database.read() as session:
        reader = world.as_reader("Rowanbark")
        (row,) = reading.listing(session, world.desk, reader)
        case = reading.open(session, world.desk, reader, row.id)
    return 0 if case is None else len([one for one in case.reports if one.box is not None])


def sizes(services: Services) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    with services.database.read() as session:
        for place in sealed_places():
            blobs = session.scalars(select(place.column)).all()
            found += [(str(place.column), len(blob)) for blob in blobs if blob is not None]
    return sorted(found)


def test_new_key_alone_opens_everything_after_a_rotation(world: World) -> None:
    old, new = world.services.config.at_rest_keys, generate_key()
    during = restarted(world, at_rest=f"{new},{old}")
    rotation = AtRestRotation(world.services.database, during.services.at_rest)
    before, left = sizes(world.services), rotation.left()
    steps: list[int] = []

    done = rotation.run(steps.append)

    assert (done.renewed, done.unopenable) == (left, 0)
    assert sum(steps) == left > 20
    assert rotation.left() == 0
    assert sizes(world.services) == before
    assert not opens_everything(world.services), "the old key opens nothing any more"
    after = restarted(world, at_rest=new)
    assert opens_everything(after.services)
    assert reports_in_the_case(after) == 3
    assert rotation.run().renewed == 0


def test_rotation_that_was_cut_off_goes_on(world: World) -> None:
    new = generate_key()
    during = restarted(world, at_rest=f"{new},{world.services.config.at_rest_keys}")
    rotation = AtRestRotation(world.services.database, during.services.at_rest)
    left = rotation.left()

    with pytest.raises(CutOff):
        rotation.run(after_steps(3, raise_cut_off))
    assert 0 < rotation.left() < left
    assert opens_everything(during.services)
    assert reports_in_the_case(during) == 3
    rotation.run()

    assert rotation.left() == 0


def test_reports_come_in_while_keys_are_rotated(world: World) -> None:
    new = generate_key()
    during = restarted(world, at_rest=f"{new},{world.services.config.at_rest_keys}")
    rotation = AtRestRotation(world.services.database, during.services.at_rest)

    def file_another(_: object) -> None:
        report = during.file(QUILLFEATHER, ("Brackenridge",), (EDIT,))
        during.fold(report, {"Brackenridge": BRACKENRIDGE})

    rotation.run(after_steps(2, file_another, once=True))

    assert rotation.left() == 0
    assert reports_in_the_case(restarted(world, at_rest=new)) == 4


def test_blob_that_no_key_opens_is_counted_and_left_alone(world: World) -> None:
    foreign = restarted(world, at_rest=generate_key())
    rotation = AtRestRotation(world.services.database, foreign.services.at_rest)
    left = rotation.left()

    done = rotation.run()

    assert (done.renewed, done.unopenable, rotation.left()) == (0, left, left)
    assert opens_everything(world.services)


def test_lists_move_under_the_new_matching_key(world: World) -> None:
    old, new = world.services.config.match_keys, generate_key()
    during = restarted(world, matching=f"{new},{old}")
    domain = during.domain
    rotation = MatchingRotation(world.services.database, domain.vault, domain.cases)
    left = rotation.left()
    assert reports_in_the_case(during) == 3

    with pytest.raises(CutOff):
        rotation.run(raise_cut_off)
    assert reports_in_the_case(during) == 3
    moved = rotation.run()

    assert rotation.left() == 0
    assert moved <= left
    assert reports_in_the_case(during) == 3
    assert reports_in_the_case(world) == 0, "under the old key alone no list is found"
    report = during.file(QUILLFEATHER, ("Brackenridge",), (EDIT,))
    during.fold(report, {"Brackenridge": BRACKENRIDGE})
    assert reports_in_the_case(during) == 4


def test_key_between_the_first_and_the_oldest_can_go_after_a_rotation(world: World) -> None:
    oldest, middle, new = world.services.config.match_keys, generate_key(), generate_key()
    for ring in (f"{middle},{oldest}", f"{new},{middle},{oldest}"):
        domain = restarted(world, matching=ring).domain
        MatchingRotation(world.services.database, domain.vault, domain.cases).run()

    assert reports_in_the_case(restarted(world, matching=f"{new},{oldest}")) == 3


def raise_cut_off(_: object) -> None:
    raise CutOff


def after_steps(
    number: int, act: Callable[[Any], object], *, once: bool = False
) -> Callable[[int], None]:
    """A progress that acts from its ``number``-th step on."""
    seen = 0

    def progress(step: int) -> None:
        nonlocal seen
        seen += 1
        if seen == number or (seen > number and not once):
            act(step)

    return progress
