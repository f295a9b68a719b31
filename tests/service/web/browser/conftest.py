# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.service.web.browser.node import run_node
from tests.service.web.browser.served import Site


@pytest.fixture(scope="session")
def dist(built_bundle: Path) -> Path:
    """The bundle, built as for production."""
    return built_bundle


@pytest.fixture(scope="session")
def manifest(dist: Path) -> dict[str, str]:
    names: dict[str, str] = json.loads((dist / "manifest.json").read_text("utf-8"))
    return names


@pytest.fixture(scope="session")
def running_site(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    probe = tmp_path_factory.mktemp("probe")
    name = run_node(Path(__file__).with_name("build_probe.mjs"), str(probe)).strip()
    (probe / "probe.js").symlink_to(probe / name)
    with Site({"dist": dist, "probe": probe}) as site:
        yield site


@pytest.fixture
def site(running_site: Site) -> Site:
    running_site.forget()
    return running_site


@contextmanager
def profile(chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    """A fresh profile. Whatever its pages complain of in their consoles fails at the end."""
    context = chromium.new_context(base_url=site.origin)
    context.set_default_timeout(20_000)
    complaints: list[str] = []

    def listen(line: ConsoleMessage) -> None:
        if line.type == "error":
            complaints.append(line.text)

    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", listen)
    yield context
    context.close()
    # Chromium writes a line for each answer that is no success; those are what tests ask for.
    assert [text for text in complaints if not text.startswith("Failed to load resource")] == []


@pytest.fixture
def context(chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    """A profile of its own, for what leaves something behind."""
    with profile(chromium, site) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Page:
    """An empty page of a signed-in person, with the bundle's modules in ``probe``."""
    return open_probe(context, site)


@pytest.fixture(scope="session")
def pure(chromium: Browser, running_site: Site) -> Iterator[Page]:
    """One page for all tests of what keeps nothing: the same modules in ``probe``."""
    with profile(chromium, running_site) as context:
        yield open_probe(context, running_site)


def open_probe(context: BrowserContext, site: Site) -> Page:
    site.page("/", html())
    page = context.new_page()
    page.goto("/")
    loaded(page)
    return page


def loaded(page: Page) -> None:
    """Wait until the bundle runs (wait_for_function needs eval, which our CSP forbids)."""
    page.locator("html[data-script=ready]").wait_for(state="attached")


def html(
    content: str = "",
    *,
    script: str = "/probe/probe.js",
    person: str | None = "somebody",
    page: str = "",
    lang: str = "en",
    messages: dict[str, str] | None = None,
) -> str:
    """A page as the layout makes it, with ``content`` in its main part."""
    signed_in = "" if person is None else f' data-person="{person}"'
    listed = json.dumps(messages or {}).replace("<", "\\u003c")
    return f"""<!DOCTYPE html>
<html lang="{lang}" dir="ltr">
<head>
<meta charset="utf-8">
<title>Community Support</title>
<link rel="icon" href="data:,">
<meta name="csrf-token" content="the-token">
<script type="module" src="{script}"></script>
</head>
<body{signed_in}>
<button type="button" data-lock hidden>Lock now</button>
<form method="post" action="/leave" data-leave data-neutral="/neutral"><button>Leave</button></form>
<main id="content" tabindex="-1" data-page="{page}">{content}</main>
<script type="application/json" id="messages">{listed}</script>
</body>
</html>"""
