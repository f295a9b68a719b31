# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fixtures ``real_wiki`` and ``sandbox_wiki``: two wikis behind one interface.

Both live as long as the run; tests name their own pages and people and leave them behind.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from onwiki.sandbox import demo
from onwiki.sandbox.server import SandboxServer
from onwiki.sandbox.store import Store
from tests.realwiki.interface import WikiUnderTest
from tests.realwiki.sandboxed import SandboxedWiki
from tests.realwiki.server import shared_wiki
from tests.realwiki.wiki import RealWiki


@pytest.fixture(scope="session")
def real_wiki(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[WikiUnderTest]:
    """Debian's MediaWiki; pytest-xdist's workers share one."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    with shared_wiki(shared / "realwiki") as running:
        wiki = RealWiki(running)
        try:
            yield wiki
        finally:
            wiki.close()


@pytest.fixture(scope="session")
def sandbox_wiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WikiUnderTest]:
    """The sandbox, with the demo's people beside those of the tests."""
    store = Store(tmp_path_factory.mktemp("sandbox-wiki") / "sandbox.sqlite3")
    demo.prepare(store)
    with SandboxServer(store) as server:
        yield SandboxedWiki(server.base_url, store)
