# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a sign-in asks the wiki: requests of the service are counted where they arrive, by its
User-Agent. The handshake has three: initiate, token, identify.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from flask import Flask

from onwiki.sandbox import demo
from onwiki.sandbox.server import SandboxServer
from onwiki.sandbox.store import Store
from service.app import create_app
from service.config import Config
from service.desks.rows import lay_rows
from service.migrations.tables import all_tables
from service.services import build_services
from service.web.assets import DIST
from tests.bench.figures import Figure
from tests.fixtures_sandbox import Sandbox
from tests.service.conftest import demo_environ

HANDSHAKE: Final = frozenset({"oauth/initiate", "oauth/token", "oauth/identify"})
PEOPLE: Final = {
    "Larkspur": "an editor",
    "Rowanbark": "an oversighter of one wiki",
    "Ashdown": "a steward",
}


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(folder / "sandbox.sqlite3")
        demo.prepare(store)
        token = secrets.token_hex(16)
        with SandboxServer(store, control_token=token) as server:
            sandbox = Sandbox(server.base_url, store, token)
            app = _app(folder, sandbox)
            for person, what in PEOPLE.items():
                sandbox.forget_requests()
                _sign_in(app, sandbox, person)
                beyond = len([one for one in _asked(sandbox) if one not in HANDSHAKE])
                yield Figure.at_most(f"sign-in of {what}: requests beyond the handshake", beyond, 1)


def _app(folder: Path, sandbox: Sandbox) -> Flask:
    environ = demo_environ(folder) | {
        "CS_DATABASE_URL": f"sqlite:///{folder / 'signin.sqlite'}",
        "CS_OAUTH_WIKI": sandbox.wiki("sandboxwiki").index_url,
        "CS_OAUTH_CONSUMER_KEY": demo.SIGN_IN.key,
        "CS_OAUTH_CONSUMER_SECRET": demo.SIGN_IN.secret,
    }
    services = build_services(Config.from_environ(environ))
    all_tables().create_all(services.database.engine)
    lay_rows(services.database, services.desks)
    return create_app(services.config, services=services, bundle=DIST)


def _sign_in(app: Flask, sandbox: Sandbox, name: str) -> None:
    browser, origin = app.test_client(), "http://localhost:8000"
    page = browser.get("/", base_url=origin).get_data(as_text=True)
    csrf = page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]
    begun = browser.post("/signin", base_url=origin, data={"csrf_token": csrf})
    back = urlsplit(sandbox.allow(begun.headers["Location"], name))
    answer = browser.get(f"{back.path}?{back.query}", base_url=origin)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/"), answer.status_code


def _asked(sandbox: Sandbox) -> list[str]:
    own = [one for one in sandbox.requests() if one["user_agent"].startswith("community-support/")]
    return [one["labels"][-1] for one in own]
