# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way to the wiki and back in a real browser, under the policy that the pages carry.

Chromium applies ``form-action`` to the redirects after a form; no test client would notice.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from onwiki.sandbox import demo
from service.config import Config
from tests.fixtures_sandbox import Sandbox

pytestmark = pytest.mark.browser


class Quiet(WSGIRequestHandler):
    """Requests of a test are no news."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@pytest.fixture
def environ(environ: dict[str, str], sandbox: Sandbox) -> dict[str, str]:
    """On a free port, with the consumer's callback there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://localhost:{port}"
    demo.prepare(sandbox.store, f"{base}/oauth/callback")
    return environ | {"CS_BASE_URL": base}


@pytest.fixture
def served(app: Flask, config: Config) -> Iterator[str]:
    """The app, listening; gives its base address."""
    port = int(config.base_url.rsplit(":", 1)[1])
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield config.base_url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """No script at all: what is tested here must work without."""
    folder = tmp_path / "no-script"
    folder.mkdir()
    (folder / "manifest.json").write_text('{"app.js": "app.js", "app.css": "app.css"}')
    (folder / "app.js").write_text("")
    (folder / "app.css").write_text("")
    return folder


@pytest.fixture
def profile(chromium: Browser, served: str) -> Iterator[BrowserContext]:
    """A fresh profile whose addresses begin at the app."""
    context = chromium.new_context(base_url=served)
    yield context
    context.close()


def to_the_consent_page(page: Page, name: str) -> None:
    """Press our button, then log in at the sandbox as somebody."""
    page.goto("/")
    page.get_by_role("button", name="Sign in and begin").click()
    page.locator(f'button[value="{name}"]').click()


def test_reporter_signs_in_finds_the_name_and_signs_out(
    profile: BrowserContext, served: str
) -> None:
    page = profile.new_page()
    to_the_consent_page(page, "Larkspur")
    page.locator('[name="accept"]').click()

    expect(page).to_have_url(re.compile(re.escape(served)))
    expect(page).to_have_title("Community Support")
    page.locator("summary", has_text="Larkspur").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("button", name="Sign in and begin")).to_be_visible()


def test_whoever_cancels_can_begin_again(profile: BrowserContext) -> None:
    page = profile.new_page()
    to_the_consent_page(page, "Larkspur")
    page.locator('[name="cancel"]').click()
    page.goto("/")

    expect(page.get_by_text("came back without finishing")).to_be_visible()
    page.get_by_role("button", name="Sign in and begin").click()
    page.locator('[name="accept"]').click()
    expect(page.locator("summary", has_text="Larkspur")).to_be_visible()


def test_leaving_without_a_script_reaches_the_neutral_page(
    profile: BrowserContext, sandbox: Sandbox
) -> None:
    page = profile.new_page()
    page.goto("/privacy")
    page.get_by_role("button", name="Leave now").click()

    expect(page).to_have_url(f"{sandbox.base_url}/")
