# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk with readers, one of whom may be reported, and a reporter with a key."""

from __future__ import annotations

import pytest

from service.cases.visible import id_value
from service.matching.tokens import Kind, case_id, derive
from tests.service.reports.desk import ReaderKey, give_key
from tests.service.world import DESK, World

ROWANBARK, FENNELWOOD, THORNBURY, BRACKENRIDGE = 9003, 9004, 9006, 9007
LARKSPUR, QUILLFEATHER = (101, "Larkspur"), (102, "Quillfeather")


@pytest.fixture
def world(world: World) -> World:
    world.add_reader("Rowanbark", ROWANBARK)
    world.add_reader("Fennelwood", FENNELWOOD)
    world.add_reader("Thornbury", THORNBURY)
    return world


@pytest.fixture
def own(world: World) -> ReaderKey:
    """Larkspur's key."""
    identity, recipient = give_key(world.services, LARKSPUR[0])
    return ReaderKey(LARKSPUR[0], LARKSPUR[1], identity, recipient)


@pytest.fixture
def report(world: World, own: ReaderKey) -> bytes:
    """Larkspur's report about Brackenridge, with one link, entered into its case."""
    report = world.file(
        LARKSPUR, ("Brackenridge",), ("https://de.wikipedia.org/w/index.php?diff=5",), own=own
    )
    world.fold(report, {"Brackenridge": BRACKENRIDGE})
    return report


@pytest.fixture
def case(world: World, report: bytes) -> bytes:
    assert report
    return case_about(world, BRACKENRIDGE)


def case_about(world: World, central_id: int) -> bytes:
    keys = world.services.match_keys
    return case_id(derive(keys, DESK, Kind.ACCOUNT, id_value(central_id)))
