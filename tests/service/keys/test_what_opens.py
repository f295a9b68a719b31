# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever a person does with the key: a box is handed out exactly if a held identity opens it."""

from __future__ import annotations

from itertools import count
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.ids import new_id
from service.keys.store import WrapKind
from service.reports.plain import seal_box
from service.sealing import age
from tests.service.keys.holder import a_wrap, keyring_of
from tests.service.sealing.age_opener import NoMatch, open_file
from tests.service.world import World

WRAPS: Final = [(WrapKind.RECOVERY, a_wrap(12))]
STEPS: Final = ("box", "change", "start over", "box again", "let go")
PEOPLE: Final = count(50_000)


class Life:
    """A person with a key, and boxes.

    ``held``: the identities that the person has; ``boxed``: which of them each box is sealed to.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.person = next(PEOPLE)
        self.boxed: dict[bytes, str] = {}
        identity, self.recipient = age.new_identity()
        self.held = [identity]
        with world.services.database.write() as session:
            today = world.services.today()
            world.domain.keys.register(session, self.person, self.recipient, WRAPS, today)

    def do(self, step: str) -> None:
        domain, today = self.world.domain, self.world.services.today()
        with self.world.services.database.write() as session:
            keys = domain.keys
            key = keys.of(session, self.person)
            assert key is not None
            match step:
                case "box":
                    self._put(session, new_id())
                case "change" if len(self.held) <= 8:
                    identity, recipient = age.new_identity()
                    ring = keyring_of(self.held, recipient)
                    keys.change(session, self.person, key.id, recipient, WRAPS, ring, today)
                    self.held, self.recipient = [identity, *self.held], recipient
                case "start over":
                    identity, recipient = age.new_identity()
                    keys.start_over(session, self.person, recipient, WRAPS, today)
                    self.held, self.recipient = [identity], recipient
                case "box again":
                    for report in domain.reports.boxes(session, [*self.boxed], self.person):
                        self._put(session, report)
                case "let go":
                    keys.empty_keyring(session, self.person)
                    self.held = self.held[:1]

    def _put(self, session: Session, report: bytes) -> None:
        box = seal_box(report, "x", self.recipient)
        self.world.domain.reports.put_box(session, report, self.person, box)
        self.boxed[report] = self.held[0]

    def check(self) -> None:
        with self.world.services.database.read() as session:
            found = self.world.domain.reports.boxes(session, [*self.boxed], self.person)
        assert set(found) == {one for one, key in self.boxed.items() if key in self.held}
        assert all(opens(box, self.held) for box in found.values())


def opens(box: bytes, identities: list[str]) -> bool:
    try:
        open_file(box, identities)
    except NoMatch:
        return False
    return True


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.sampled_from(STEPS), max_size=10))
def test_a_box_is_handed_out_exactly_if_a_held_identity_opens_it(
    world: World, steps: list[str]
) -> None:
    life = Life(world)
    for step in steps:
        life.do(step)
        life.check()
