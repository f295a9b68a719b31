# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk with two readers that keeps reports for a year, and the worker's surroundings."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from service.worker.building import build_context
from service.worker.context import Context
from tests.service.visiting import Visitor, visit
from tests.service.world import World


@pytest.fixture
def world(world: World) -> World:
    world.add_reader("Rowanbark", 9003)
    world.add_reader("Fennelwood", 9004)
    return world


@pytest.fixture
def context(world: World) -> Context:
    return build_context(world.services)


@pytest.fixture
def come(app: Flask, world: World) -> Callable[[str], Visitor]:
    """Signs a reader of the world in, by name."""
    return lambda name: visit(app, world, name)
