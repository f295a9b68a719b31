# SPDX-License-Identifier: AGPL-3.0-or-later
"""What SQLAlchemy compiles, and what it learns of a server, is kept for the process: each test has
an engine of its own, and would write out anew every statement that it asks.

Loaded by tests/conftest.py. What is compiled is a function of the statement and the kind of
database; an engine keeps it by both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from sqlalchemy import URL, Connection, Engine, create_engine

from service import database

STATEMENTS: Final = 5000
"""More than the service has, on both databases."""


def nothing_to_ask(connection: Connection) -> None:
    """The first engine asked the server what it is and how it is set up."""


@pytest.fixture(scope="session", autouse=True)
def compiled_statements() -> Iterator[None]:
    kept: dict[str, Engine] = {}

    def sharing(url: URL, **options: Any) -> Engine:
        engine = create_engine(url, query_cache_size=STATEMENTS, **options)
        # A server is known with the database that is asked for; SQLite's files are all alike.
        place = "" if url.get_backend_name() == "sqlite" else str(url)
        key = f"{url.drivername} {place} {options}"
        first = kept.setdefault(key, engine)
        if first.dialect.server_version_info is None:  # it never connected: nothing is known yet
            kept[key] = engine
        else:
            engine.dialect.initialize = nothing_to_ask  # type: ignore[method-assign]
            engine.dialect = engine.pool._dialect = first.dialect
            engine._compiled_cache = first._compiled_cache
        return engine

    patch = pytest.MonkeyPatch()
    patch.setattr(database, "create_engine", sharing)
    yield
    patch.undo()
