# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tool as a whole for a browser: web, worker and sandbox wiki over real sockets."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from playwright.sync_api import BrowserContext, Page, Request
from werkzeug.serving import WSGIRequestHandler, make_server

from onwiki.sandbox import demo
from service.app import create_app
from service.config import Config
from service.migrations.tables import all_tables
from service.services import Services, build_services
from service.sessions.person import Person
from service.sessions.store import PERSON, SessionStore
from service.worker.building import build_context
from service.worker.loop import Worker
from tests.fixtures_sandbox import Sandbox


class Quiet(WSGIRequestHandler):
    """Requests of a test are no news."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@dataclass(frozen=True)
class Tool:
    """A running tool."""

    base_url: str
    app: Flask
    services: Services
    sandbox: Sandbox

    def work(self) -> None:
        """Let the worker do everything that is due."""
        Worker(build_context(self.services)).run_until_idle()

    def sign_in(self, context: BrowserContext, name: str) -> None:
        """Give a browser the session of somebody, as after the way through the wiki."""
        services, account = self.services, self.sandbox.person(name)
        person = Person(account.id, name, edit_count=100, home=account.home)
        store = SessionStore(
            services.database, services.vault, services.config.secret_key, services.clock
        )
        token = store.create({PERSON: person.to_json()})
        context.add_cookies([{"name": "session", "value": token, "url": self.base_url}])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running_tool(
    environ: Mapping[str, str], sandbox: Sandbox, bundle: Path, folder: Path
) -> Iterator[Tool]:
    """``environ`` completed for the sandbox, an app on it, and a server in a thread."""
    port = free_port()
    base = f"http://localhost:{port}"
    demo.prepare(sandbox.store, f"{base}/oauth/callback")
    config = Config.from_environ(
        {
            **environ,
            "CS_BASE_URL": base,
            "CS_OAUTH_WIKI": sandbox.wiki("sandboxwiki").index_url,
            "CS_OAUTH_CONSUMER_KEY": demo.SIGN_IN.key,
            "CS_OAUTH_CONSUMER_SECRET": demo.SIGN_IN.secret,
            "CS_EXTRA_WIKIS": str(_extra_wikis(folder, sandbox)),
            "CS_BOT_NAME": demo.BOT_NAME,
            "CS_BOT_CONSUMER_KEY": demo.BOT.key,
            "CS_BOT_CONSUMER_SECRET": demo.BOT.secret,
            "CS_BOT_ACCESS_KEY": demo.BOT_ACCESS_KEY,
            "CS_BOT_ACCESS_SECRET": demo.BOT_ACCESS_SECRET,
        }
    )
    services = build_services(config)
    all_tables().create_all(services.database.engine)
    app = create_app(config, services=services, bundle=bundle)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield Tool(base, app, services, sandbox)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        services.database.dispose()


def _extra_wikis(folder: Path, sandbox: Sandbox) -> Path:
    path = folder / "wikis.json"
    wikis = [
        {"dbname": "sandboxwiki", "url": f"{sandbox.base_url}/w"},
        {
            "dbname": "sandbox2wiki",
            "url": f"{sandbox.base_url}/w2",
            "articlepath": "/wiki2/$1",
        },
    ]
    path.write_text(json.dumps(wikis))
    return path


@dataclass
class Watched:
    """Everything that a page sent: addresses and bodies."""

    requests: list[Request] = field(default_factory=list)

    @classmethod
    def on(cls, page: Page) -> Watched:
        watched = cls()
        page.on("request", watched.add)
        return watched

    def add(self, request: Request) -> None:
        self.requests.append(request)

    def holds(self, text: str) -> bool:
        """Whether ``text`` was in any address or body, as it is or percent-encoded."""
        needles = (
            text.encode(),
            text.replace(" ", "+").encode(),
            text.replace(" ", "%20").encode(),
        )
        sent = [one.url.encode() + b"\n" + (one.post_data_buffer or b"") for one in self.requests]
        return any(needle in one for one in sent for needle in needles)


def sign_in(page: Page, name: str) -> None:
    """The whole way through the sandbox's login and consent pages, to the choice of a desk."""
    page.goto("/")
    page.get_by_role("button", name="Sign in and begin").click()
    page.locator(f'button[value="{name}"]').click()
    page.locator('[name="accept"]').click()
