# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.database import Database
from service.matching.models import Entry


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database of its own that has the multimap's table only."""
    if request.param == "mariadb":
        server = request.getfixturevalue("mariadb")
        url = server.new_database("multimap")
    else:
        server, url = None, f"sqlite:///{request.getfixturevalue('tmp_path')}/multimap.db"
    made = Database(url)
    Entry.metadata.create_all(made.engine, tables=[Entry.metadata.tables["entry"]])
    yield made
    made.dispose()
    if server is not None:
        server.drop_database(url)
