# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk with two readers, one of whom has just shown the own key."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.service.desks.conftest import open_page, scene
from tests.service.visiting import Visitor, visit
from tests.service.world import World

__all__ = ["open_page", "scene"]


@pytest.fixture
def world(world: World) -> World:
    world.add_reader("Rowanbark", 9003)
    world.add_reader("Fennelwood", 9004)
    return world


@pytest.fixture
def reader(app: Flask, world: World) -> Visitor:
    """Rowanbark."""
    return visit(app, world, "Rowanbark", stepped_up=True)
