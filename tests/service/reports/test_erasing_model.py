# SPDX-License-Identifier: AGPL-3.0-or-later
"""Any sequence of filing, folding, releasing, withdrawing, purging, turning keys and taking in new
readers equals a plain model: for each account the reports that name it, and nothing beyond them
in any table.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.service.reports.store_model import READERS, STEPS, Life
from tests.service.world import World


@pytest.fixture
def world(world: World) -> World:
    for number, name in enumerate(READERS):
        world.add_reader(name, 9003 + number)
    return world


def live(world: World, steps: list[tuple[object, ...]]) -> None:
    """The steps in an empty database, compared after each."""
    services = world.services
    world.begin_anew(*READERS)
    life = Life(world)
    try:
        for step in steps:
            life.make(step)
            life.compare()
    finally:
        world.services = services  # with the keys of the beginning


UNCHECKED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@given(steps=st.lists(STEPS, max_size=16))
@settings(max_examples=30, deadline=None, suppress_health_check=UNCHECKED)
def test_any_sequence_equals_a_multiset_of_reports_by_account(
    world: World, steps: list[tuple[object, ...]]
) -> None:
    live(world, steps)


@pytest.mark.mariadb
@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
@given(steps=st.lists(STEPS, max_size=16))
@settings(max_examples=12, deadline=None, suppress_health_check=UNCHECKED)
def test_the_same_on_mariadb(world: World, steps: list[tuple[object, ...]]) -> None:
    live(world, steps)
