# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sessions are tested on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures_mariadb import MariaDB


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'service.sqlite'}"
        return
    server: MariaDB = request.getfixturevalue("mariadb")
    url = server.new_database("sessions")
    yield url.render_as_string(hide_password=False)
    server.drop_database(url)
