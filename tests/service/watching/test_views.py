# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is given to readers' browsers to compare."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from service.desks.rows import lay_rows
from service.watching.fingerprint import roster_fingerprint
from tests.service.desks.conftest import MARLOWICK
from tests.service.visiting import Visitor
from tests.service.world import DESK, World

WATCH, KEYS = f"/desk/{DESK}/watch", f"/desk/{DESK}/roster/keys"


def close_days(world: World, count: int) -> None:
    lay_rows(world.services.database, world.services.desks)
    for _ in range(count):
        world.services.clock.advance(days=1)  # type: ignore[attr-defined]
        with world.services.database.write() as session:
            world.domain.cases.hold(session, DESK)
            world.domain.audit_days.close(session, DESK, world.services.today())


def test_fingerprint_is_that_of_the_sorted_lines(reader: Visitor, world: World) -> None:
    lines = sorted(f"{one.central_id} {one.recipient}\n" for one in world.readers.values())
    digits = hashlib.sha256("".join(lines).encode()).hexdigest()[:32]

    answer = reader.ask(WATCH).get_json()

    assert answer["fingerprint"].replace(" ", "") == digits
    served = reader.ask(KEYS).get_json()["readers"]
    assert sorted(f"{one['id']} {one['recipient']}\n" for one in served) == lines


def test_fingerprint_is_another_one_with_another_reader_or_key(world: World) -> None:
    def now() -> str:
        with world.services.database.read() as session:
            return roster_fingerprint(world.domain.roster.readers(session, DESK))

    before = now()
    world.add_reader("Marlowick", MARLOWICK, vouched=False)
    assert now() == before
    with world.services.database.write() as session:
        world.domain.roster.vouch(session, DESK, 9003, MARLOWICK, world.services.today())
    assert now() != before


def test_heads_of_completed_days_are_given_without_positions(
    world: World, come: Callable[[str], Visitor]
) -> None:
    close_days(world, 3)

    heads = come("Rowanbark").ask(WATCH).get_json()["heads"]

    assert [one["day"] for one in heads] == ["2026-05-03", "2026-05-04", "2026-05-05"]
    assert {tuple(sorted(one)) for one in heads} == {("day", "digest")}
    assert {len(one["digest"]) for one in heads} == {64}


def test_every_reader_gets_the_same(world: World, come: Callable[[str], Visitor]) -> None:
    close_days(world, 2)
    reader = come("Rowanbark")

    assert reader.ask(WATCH).get_data() == come("Fennelwood").ask(WATCH).get_data()
    assert reader.ask(KEYS).get_data() == come("Fennelwood").ask(KEYS).get_data()


def test_whoever_does_not_read_gets_nothing(world: World, come: Callable[[str], Visitor]) -> None:
    world.add_reader("Marlowick", MARLOWICK, vouched=False)

    for path in (WATCH, KEYS):
        assert come("Marlowick").ask(path).status_code == 404
