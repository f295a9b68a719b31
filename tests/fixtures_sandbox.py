# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fixture ``sandbox``: a running sandbox wiki with the demo's people, for one test alone.

Loaded by tests/conftest.py. The server runs in this process on a free port; its store may be
changed directly (``sandbox.store``), its failures and clock through its control entrance.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests as http

from onwiki.sandbox import accounts, demo, wikis
from onwiki.sandbox.accounts import CentralAccount, LocalAccount
from onwiki.sandbox.server import SandboxServer
from onwiki.sandbox.store import Store
from onwiki.sandbox.wikis import SandboxWiki

TIMEOUT_S = 20
CALLBACK = "http://localhost:8000/oauth/callback"


@dataclass(frozen=True)
class RunningWiki:
    """One of the two wikis of a running sandbox."""

    base_url: str
    wiki: SandboxWiki

    @property
    def dbname(self) -> str:
        return self.wiki.dbname

    @property
    def api_url(self) -> str:
        return f"{self.base_url}{self.wiki.script_path}/api.php"

    @property
    def index_url(self) -> str:
        return self.base_url + self.wiki.index

    def page_url(self, title: str) -> str:
        return self.base_url + self.wiki.article(title)

    def api(self, **params: str | int) -> dict[str, Any]:
        """One anonymous POST to the Action API in format version 2."""
        fields = {"format": "json", "formatversion": "2", **params}
        answer = http.post(self.api_url, data=fields, timeout=TIMEOUT_S)
        body: dict[str, Any] = answer.json()
        return body


@dataclass
class Sandbox:
    """A running sandbox. ``store`` is the live one: what a test writes there is on the wiki."""

    base_url: str
    store: Store
    token: str

    def wiki(self, dbname: str) -> RunningWiki:
        return RunningWiki(self.base_url, wikis.by_dbname(dbname))

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Speak to ``/control/…``: ``control("POST", "failures", {"kind": "503"})``."""
        answer = http.request(
            method,
            f"{self.base_url}/control/{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=TIMEOUT_S,
        )
        answer.raise_for_status()
        return answer.json()

    def fail(self, kind: str, **more: Any) -> None:
        """Switch a failure on: ``fail("503", times=2, wiki="sandboxwiki", action="edit")``."""
        self.control("POST", "failures", {"kind": kind, **more})

    def recover(self) -> None:
        """Switch all failures off and let waiting answers go."""
        self.control("DELETE", "failures")

    def shorten(self, code: str, address: str) -> str:
        """Make a short link; its own address."""
        self.control("PUT", f"short-links/{code}", {"address": address})
        return f"{self.base_url}/s/{code}"

    def advance(self, seconds: float) -> None:
        """Move the wiki's clock ahead of this machine's (not added up)."""
        self.control("PUT", "clock", {"ahead_s": seconds})

    def requests(self) -> list[dict[str, Any]]:
        """What reached the wikis since the start or the last ``forget_requests``."""
        rows: list[dict[str, Any]] = self.control("GET", "requests")
        return rows

    def forget_requests(self) -> None:
        self.control("DELETE", "requests")

    def wait_until_all_is_answered(self) -> None:
        """Also what nobody waits for any more: ask until nothing else is open at the wiki."""
        beside = 1
        while beside:
            self.wiki("sandboxwiki").api(action="query")
            beside = self.requests()[-1]["beside"]

    def person(self, name: str) -> CentralAccount:
        with self.store.reading() as db:
            found = accounts.central_by_name(db, name)
        assert found is not None, name
        return found

    def account(self, dbname: str, name: str) -> LocalAccount:
        with self.store.reading() as db:
            found = accounts.local_by_name(db, dbname, name)
        assert found is not None, name
        return found

    def allow(self, authorize_url: str, name: str, *, button: str = "accept") -> str:
        """Walk through the dialogue as a person would: choose who you are, press Allow.

        Gives the address that the browser is sent to; with ``button="cancel"``, which sends
        nobody anywhere, the text of the page.
        """
        with http.Session() as browser:
            answer = self._logged_in(browser, authorize_url, name)
            if answer.is_redirect:
                return str(answer.headers["Location"])
            form = _hidden_fields(answer.text) | {button: "x"}
            action = urljoin(authorize_url, _action(answer.text))
            done = browser.post(action, data=form, allow_redirects=False, timeout=TIMEOUT_S)
            return str(done.headers["Location"] if done.is_redirect else done.text)

    def _logged_in(self, browser: http.Session, authorize_url: str, name: str) -> http.Response:
        """The answer to the authorize address, asked by somebody logged in as ``name``."""
        login = browser.get(authorize_url, timeout=TIMEOUT_S)
        fields = _hidden_fields(login.text) | {"wpName": name}
        action = urljoin(authorize_url, _action(login.text))
        back = browser.post(action, data=fields, allow_redirects=False, timeout=TIMEOUT_S)
        assert back.is_redirect, back.text
        return browser.get(back.headers["Location"], allow_redirects=False, timeout=TIMEOUT_S)


def _action(page: str) -> str:
    return page.partition('action="')[2].partition('"')[0]


def _hidden_fields(page: str) -> dict[str, str]:
    fields = {}
    for part in page.split('<input type="hidden" name="')[1:]:
        name, _, rest = part.partition('" value="')
        fields[name] = rest.partition('"')[0].replace("&amp;", "&")
    return fields


@pytest.fixture(scope="session")
def sandbox_seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo's people and history, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("sandbox-seed")
    demo.prepare(Store(folder / "sandbox.sqlite3"), CALLBACK)
    return folder


@pytest.fixture
def sandbox(sandbox_seed: Path, tmp_path: Path) -> Iterator[Sandbox]:
    """A running sandbox wiki of this test's own; every connection of its store is closed after."""
    folder = tmp_path / "sandbox"
    shutil.copytree(sandbox_seed, folder)
    with running_sandbox(Store(folder / "sandbox.sqlite3")) as sandbox:
        yield sandbox


@contextmanager
def running_sandbox(store: Store) -> Iterator[Sandbox]:
    token = secrets.token_hex(16)
    with SandboxServer(store, control_token=token) as server:
        yield Sandbox(server.base_url, store, token)
