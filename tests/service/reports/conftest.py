# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two desks: one with three readers whose keys are known here, and one with nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from service.services import Services
from service.sessions.person import Person
from tests.fixtures_sandbox import Sandbox
from tests.service.reports.desk import DESK, READERS, ReaderKey, add_reader
from tests.service.reports.live import Tool, running_tool


@pytest.fixture
def readers(services: Services) -> dict[str, ReaderKey]:
    """The three readers of DESK, by name."""
    return {
        name: add_reader(services, DESK, central_id, name) for name, central_id in READERS.items()
    }


@pytest.fixture
def reporter() -> Person:
    return Person(central_id=4711, name="Heather Field", edit_count=120, home="dewiki")


@pytest.fixture
def csrf(
    client: FlaskClient, reporter: Person, sign_in: Callable[[FlaskClient, Person], str]
) -> str:
    """The reporter is signed in on ``client``; the CSRF field of the forms."""
    return sign_in(client, reporter)


@pytest.fixture
def tool(
    environ: dict[str, str], sandbox: Sandbox, built_bundle: Path, tmp_path: Path
) -> Iterator[Tool]:
    """The running tool, with three readers at DESK."""
    with running_tool(environ, sandbox, built_bundle, tmp_path) as tool:
        yield tool


@pytest.fixture
def keys(tool: Tool) -> dict[str, ReaderKey]:
    """The readers of DESK in the running tool, by name."""
    return {
        name: add_reader(tool.services, DESK, tool.sandbox.person(name).id, name)
        for name in READERS
    }


@pytest.fixture
def page(chromium: Browser, tool: Tool) -> Iterator[Page]:
    """A page in a fresh profile. What it complains of in its console fails the test."""
    context = chromium.new_context(base_url=tool.base_url)
    context.set_default_timeout(30_000)
    complaints: list[str] = []
    context.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert [text for text in complaints if "Failed to load resource" not in text] == []
