# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's night: what was held and can be released is, at once."""

from __future__ import annotations

from service.demo.night import let_night_come
from tests.service.cases.test_release import LARKSPUR, QUILLFEATHER, file, is_out
from tests.service.world import World


def test_the_night_comes_to_every_desk(world: World) -> None:
    world.add_reader("Rowanbark", 9003)
    world.add_reader("Fennelwood", 9004)
    held = file(world, LARKSPUR, hold="2")
    assert let_night_come(world.services) == 0
    file(world, QUILLFEATHER)

    assert let_night_come(world.services) == 1
    assert is_out(world, held) == [True]
