# SPDX-License-Identifier: AGPL-3.0-or-later
"""A busy desk on one database, and an empty migrated database to restore into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command

from service.database import Database
from service.migrations.state import CONNECTION, alembic_config, upgrade
from service.services import Services, build_services
from tests.fixtures_mariadb import MariaDB
from tests.service.world import World


def stamp(database: Database) -> None:
    """The tests' tables are those of the newest schema: say so in the database."""
    with database.engine.begin() as connection:
        config = alembic_config()
        config.attributes[CONNECTION] = connection
        command.stamp(config, "head")


@pytest.fixture
def world(world: World) -> World:
    """Two readers."""
    stamp(world.services.database)
    world.add_reader("Rowanbark", 9003)
    world.add_reader("Fennelwood", 9004)
    return world


@pytest.fixture(params=["to sqlite", pytest.param("to mariadb", marks=pytest.mark.mariadb)])
def elsewhere(
    request: pytest.FixtureRequest, services: Services, tmp_path: Path
) -> Iterator[Services]:
    """Another machine: the same keys, an empty database with the tables."""
    server: MariaDB | None = None
    url = f"sqlite:///{tmp_path / 'restored.sqlite'}"
    if request.param == "to mariadb":
        server = request.getfixturevalue("mariadb")
        url = server.new_database("restored").render_as_string(hide_password=False)
    restored = build_services(replace(services.config, database_url=url), clock=services.clock)
    upgrade(restored.database)
    yield restored
    restored.database.dispose()
    if server is not None:
        server.drop_database(restored.database.url)
