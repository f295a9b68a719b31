# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk whose wikis are a running sandbox."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from onwiki.bot import BotAccess, OAuth
from onwiki.sandbox import demo
from onwiki.wikis import WikiList, load_extra_wikis
from service.services import Services
from service.worker.building import build_context
from service.worker.context import Context
from tests.fixtures_sandbox import Sandbox
from tests.service.world import World


@pytest.fixture
def sandbox_wikis(sandbox: Sandbox, tmp_path: Path) -> WikiList:
    entries = [
        {
            "dbname": "sandboxwiki",
            "url": f"{sandbox.base_url}/w",
            "articlepath": "/wiki/$1",
            "shortlinks": "/s/$1",
        },
        {"dbname": "sandbox2wiki", "url": f"{sandbox.base_url}/w2", "articlepath": "/wiki2/$1"},
    ]
    path = tmp_path / "wikis.json"
    path.write_text(json.dumps(entries), "utf-8")
    return WikiList.snapshot().with_extra(load_extra_wikis(path))


@pytest.fixture
def world(services: Services, sandbox_wikis: WikiList, sandbox: Sandbox, world: World) -> World:
    """Two readers, and wikis that answer."""
    meta_api = sandbox.wiki("sandboxwiki").api_url
    config = replace(services.config, meta_api=meta_api)
    world.services = replace(services, wikis=sandbox_wikis, config=config)
    world.add_reader("Rowanbark", sandbox.person("Rowanbark").id)
    world.add_reader("Fennelwood", sandbox.person("Fennelwood").id)
    return world


@pytest.fixture
def context(world: World) -> Context:
    """The worker's surroundings, with the sandbox's bot."""
    access = BotAccess(
        demo.BOT_NAME,
        OAuth(demo.BOT.key, demo.BOT.secret, demo.BOT_ACCESS_KEY, demo.BOT_ACCESS_SECRET),
    )
    return replace(
        build_context(world.services),
        access=access,
        run_page="Project:Support bot",
        wiki_timeout_s=30.0,
    )
