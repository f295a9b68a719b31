# SPDX-License-Identifier: AGPL-3.0-or-later
"""An app on an empty database, with a clock that tests move, and people who are signed in."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Config
from service.database import Database
from service.desks.rows import lay_rows
from service.migrations.tables import all_tables
from service.services import Services, build_services
from service.sessions.person import Person
from service.sessions.store import PERSON, SessionStore
from tests.fixtures_mariadb import MariaDB
from tests.service.world import World

DESKS = """
[[desk]]
key = "stewards"
name = "Stewards"
purpose = "across wikis"
[[desk.member]]
global_group = "steward"

[[desk]]
key = "oversight"
name = "Oversighters of Sandbox Wiki"
wikis = ["sandboxwiki"]
[[desk.member]]
wiki = "sandboxwiki"
group = "suppress"
"""

BUNDLE = {
    "app.js": "app-AAAA.js",
    "app.css": "app-BBBB.css",
    "offline.html": "offline-CCCC.html",
}


class ManualClock:
    """The time stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 3, 14, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        self.now += timedelta(**amount)


def random_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A stand-in for what the browser code's build writes."""
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(BUNDLE))
    for name in BUNDLE.values():
        (folder / name).write_text("/* built */")
        (folder / f"{name}.gz").write_bytes(b"gzip")
        (folder / f"{name}.br").write_bytes(b"brotli")
    return folder


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A complete environment of the demo."""
    return demo_environ(tmp_path)


def demo_environ(folder: Path) -> dict[str, str]:
    """The same, with its files in ``folder``."""
    desks = folder / "desks.toml"
    desks.write_text(DESKS)
    return {
        "CS_DEMO": "1",
        "CS_BASE_URL": "http://localhost:8000",
        "CS_DATABASE_URL": f"sqlite:///{folder / 'service.sqlite'}",
        "CS_SECRET_KEY": random_key(),
        "CS_AT_REST_KEYS": random_key(),
        "CS_MATCH_KEYS": random_key(),
        "CS_OAUTH_WIKI": "http://127.0.0.1:8001/w/index.php",
        "CS_OAUTH_CONSUMER_KEY": random_key(),
        "CS_OAUTH_CONSUMER_SECRET": random_key(),
        "CS_DESKS": str(desks),
    }


@pytest.fixture
def production_environ(environ: dict[str, str]) -> dict[str, str]:
    """The same for production, on a wiki farm that is not Wikimedia's."""
    del environ["CS_DEMO"]
    return environ | {
        "CS_BASE_URL": "https://support.example.org",
        "CS_OAUTH_WIKI": "https://wiki.example.org/w/index.php",
        "CS_BOT_NAME": "Support bot",
        "CS_BOT_PASSWORD": random_key(),
        "CS_CONTACT": "support@example.org",
    }


@pytest.fixture
def config(environ: dict[str, str]) -> Config:
    return Config.from_environ(environ)


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables and no row, to be copied."""
    file = tmp_path_factory.mktemp("empty") / "tables.sqlite"
    made = Database(f"sqlite:///{file}")
    all_tables().create_all(made.engine)
    made.dispose()
    return file


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database with all tables: a file of its own, or this process's on the server."""
    if request.param == "mariadb":
        server: MariaDB = request.getfixturevalue("mariadb")
        return server.emptied(all_tables()).render_as_string(hide_password=False)
    empty: Path = request.getfixturevalue("empty_sqlite")
    return f"sqlite:///{shutil.copy(empty, tmp_path / 'tables.sqlite')}"


@pytest.fixture
def services(config: Config, clock: ManualClock, database_url: str) -> Iterator[Services]:
    """The services on both databases, one after the other."""
    services = build_services(replace(config, database_url=database_url), clock=clock)
    lay_rows(services.database, services.desks)
    yield services
    services.database.dispose()


@pytest.fixture
def database(services: Services) -> Database:
    return services.database


@pytest.fixture
def app(config: Config, services: Services, bundle: Path) -> Flask:
    app = create_app(config, services=services, bundle=bundle)
    app.config["SERVER_NAME"] = config.host  # where the test client sends its requests
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def store(services: Services) -> SessionStore:
    return SessionStore(
        services.database, services.vault, services.config.secret_key, services.clock
    )


@pytest.fixture
def person(clock: ManualClock) -> Person:
    """Somebody without rights."""
    return Person(central_id=4711, name="Heather Field", edit_count=12, rights_checked=clock())


@pytest.fixture
def functionary(clock: ManualClock) -> Person:
    """A reader of the desk "stewards"."""
    return Person(
        central_id=815, name="Stew Ard", desks=frozenset({"stewards"}), rights_checked=clock()
    )


@pytest.fixture
def sign_in(store: SessionStore) -> Callable[[FlaskClient, Person], str]:
    """Gives a client the session of a person; returns the CSRF field of its forms."""

    def sign_in(client: FlaskClient, person: Person) -> str:
        token = store.create({PERSON: person.to_json()})
        client.set_cookie("session", token)
        page = client.get("/").get_data(as_text=True)
        return page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]

    return sign_in


@pytest.fixture
def world(services: Services) -> World:
    """The desk "oversight", still without readers."""
    return World(services)
