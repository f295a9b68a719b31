# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk with two readers, visited."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from service.cases.visible import id_value
from service.desks.rows import lay_rows
from service.matching.tokens import Kind, case_id, derive
from tests.fixtures_sandbox import Sandbox
from tests.service.desks.scene import Scene
from tests.service.reports.live import running_tool
from tests.service.visiting import Visitor, visit
from tests.service.world import DESK, World

ROWANBARK, FENNELWOOD, MARLOWICK, THORNBURY = 9003, 9004, 9005, 9006
BRACKENRIDGE = 9007
LARKSPUR, QUILLFEATHER = (101, "Larkspur"), (102, "Quillfeather")


@pytest.fixture
def world(world: World) -> World:
    world.add_reader("Rowanbark", ROWANBARK)
    world.add_reader("Fennelwood", FENNELWOOD)
    return world


@pytest.fixture
def come(app: Flask, world: World) -> Callable[[str], Visitor]:
    """Signs a reader of the world in, by name, who has just shown the own key."""
    return lambda name: visit(app, world, name, stepped_up=True)


@pytest.fixture
def reader(come: Callable[[str], Visitor]) -> Visitor:
    """Rowanbark."""
    return come("Rowanbark")


@pytest.fixture
def about(world: World) -> Callable[[int], bytes]:
    """Id of the case about an account."""

    def about(central_id: int) -> bytes:
        keys = world.services.match_keys
        return case_id(derive(keys, DESK, Kind.ACCOUNT, id_value(central_id)))

    return about


@pytest.fixture
def scene(
    environ: dict[str, str], sandbox: Sandbox, built_bundle: Path, tmp_path: Path
) -> Iterator[Scene]:
    """The running tool, with two readers who have keys."""
    with running_tool(environ, sandbox, built_bundle, tmp_path) as tool:
        lay_rows(tool.services.database, tool.services.desks)
        scene = Scene(tool)
        scene.add_reader("Rowanbark")
        scene.add_reader("Fennelwood")
        yield scene


@pytest.fixture
def open_page(chromium: Browser, scene: Scene) -> Iterator[Callable[[], Page]]:
    """Opens pages, each in a fresh profile. What one complains of in its console fails the test."""
    expect.set_options(
        timeout=30_000
    )  # a passphrase is stretched, on a machine that has more to do
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(line: ConsoleMessage) -> None:
        # What a server answered, or a wiki that answered nothing of use, is no fault of the page.
        expected = ("Failed to load resource", "blocked by CORS policy")
        if line.type == "error" and not any(one in line.text for one in expected):
            complaints.append(line.text)

    def open_page() -> Page:
        context = chromium.new_context(base_url=scene.tool.base_url)
        context.set_default_timeout(30_000)
        context.on("console", listen)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
