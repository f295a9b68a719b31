# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk with two readers, a case, and somebody who asks about two accounts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.service.desks.conftest import (
    BRACKENRIDGE,
    LARKSPUR,
    about,
    come,
    open_page,
    reader,
    scene,
    world,
)
from tests.service.visiting import case_address
from tests.service.world import World

__all__ = ["about", "come", "open_page", "reader", "scene", "world"]


@pytest.fixture
def case(world: World, about: Callable[[int], bytes]) -> str:
    """Address of the case about Brackenridge."""
    report = world.file(LARKSPUR, ("Brackenridge",))
    world.fold(report, {"Brackenridge": BRACKENRIDGE})
    return case_address(about(BRACKENRIDGE))
