# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk with three readers; Thornbury has other accounts."""

from __future__ import annotations

import pytest

from tests.service.world import World

THORNBURY, THICKET, BRAMBLE = 9006, 9011, 9012
LARKSPUR = (101, "Larkspur")


@pytest.fixture
def world(world: World) -> World:
    world.add_reader("Rowanbark", 9003)
    world.add_reader("Fennelwood", 9004)
    world.add_reader("Thornbury", THORNBURY)
    return world
