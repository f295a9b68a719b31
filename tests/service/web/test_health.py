# SPDX-License-Identifier: AGPL-3.0-or-later
"""What monitoring is told: whether the database answers and has the schema, and nothing more."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from service.database import Database
from service.migrations.state import newest_revisions
from service.services import Services
from service.web.health import Health, State

AWAY = "mariadb+pymysql://someone:hidden@127.0.0.1:1/support"


class Seconds:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def marked(database: Database, revisions: Iterable[str]) -> Iterator[None]:
    """What an upgrade writes down; the tests' databases are made without one, or kept from a test
    that upgraded.
    """
    with database.engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32))")
        )
        before = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    write(database, revisions)
    try:
        yield
    finally:
        write(database, before)


def write(database: Database, revisions: Iterable[str]) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        for one in revisions:
            connection.execute(text("INSERT INTO alembic_version VALUES (:one)"), {"one": one})


def test_database_with_the_schema_is_fine(services: Services, client: FlaskClient) -> None:
    with marked(services.database, newest_revisions()):
        answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.text == "ok\ndatabase: reachable\nschema: current\n"


@pytest.mark.parametrize("revisions", [[], ["0001"]])
def test_database_of_another_version_is_not(
    services: Services, client: FlaskClient, revisions: list[str]
) -> None:
    with marked(services.database, revisions):
        answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.text == "not ready\ndatabase: reachable\nschema: not current\n"
    assert client.get("/healthz/alive").status_code == 200


def test_database_that_is_away_is_said_without_its_address() -> None:
    database = Database(AWAY)

    assert str(Health(database).state()) == "not ready\ndatabase: away\nschema: not current\n"
    database.dispose()


def test_database_is_asked_once_in_a_few_seconds() -> None:
    asked: list[int] = []

    class Counted(Database):
        def __init__(self) -> None:
            """Without an engine: it never answers."""

        @property
        def engine(self) -> None:  # type: ignore[override]
            asked.append(1)
            raise OperationalError("", {}, Exception())

    clock = Seconds()
    health = Health(Counted(), clock)
    for _ in range(3):
        health.state()
    assert len(asked) == 1
    clock.now += 6
    health.state()
    assert len(asked) == 2


def test_others_do_not_wait_with_the_one_that_asks() -> None:
    clock, asking, answer = Seconds(), threading.Event(), threading.Event()

    class Slow(Health):
        def _look(self) -> State:
            asking.set()
            assert answer.wait(30)
            return State(reachable=True, current=True)

    health = Slow(Database("sqlite://"), clock)
    health._seen = (0.0, State(reachable=False, current=False))
    thread = threading.Thread(target=health.state)
    thread.start()
    assert asking.wait(30)

    assert not health.state().fine
    answer.set()
    thread.join(30)
    assert health.state().fine
