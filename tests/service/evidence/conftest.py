# SPDX-License-Identifier: AGPL-3.0-or-later
"""The allow-list with the sandbox's two wikis on it, as ``CS_EXTRA_WIKIS`` puts them there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onwiki.wikis import WikiList, load_extra_wikis
from tests.fixtures_sandbox import Sandbox


@pytest.fixture
def extra_wikis(sandbox: Sandbox, tmp_path: Path) -> Path:
    """The file that names both wikis."""
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
    return path


@pytest.fixture
def listed(extra_wikis: Path) -> WikiList:
    return WikiList.snapshot().with_extra(load_extra_wikis(extra_wikis))
