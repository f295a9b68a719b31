# SPDX-License-Identifier: AGPL-3.0-or-later
"""The snapshot of wikis, and a short way to say "this link is read as that"."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onwiki.links import recognise, render
from onwiki.wikis import WikiList

Read = Callable[..., str]


@pytest.fixture(scope="session")
def wikis() -> WikiList:
    return WikiList.snapshot()


@pytest.fixture(scope="session")
def read(wikis: WikiList) -> Read:
    def read_link(link: str, context: str | None = "enwiki") -> str:
        return render(recognise(link, wikis, context))

    return read_link


@pytest.fixture(scope="session")
def index(read: Read) -> Read:
    """Reads a query of index.php on the English Wikipedia."""
    return lambda query: read(f"https://en.wikipedia.org/w/index.php?{query}")


@pytest.fixture(scope="session")
def page(read: Read) -> Read:
    """Reads a page of the English Wikipedia."""
    return lambda path: read(f"https://en.wikipedia.org/wiki/{path}")
