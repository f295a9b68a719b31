# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every claim of this folder is made about both wikis: the fake and the real one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import cast

import pytest

from tests.realwiki.interface import WikiUnderTest


@pytest.fixture(
    params=["sandbox_wiki", pytest.param("real_wiki", marks=pytest.mark.realwiki)],
    ids=["sandbox", "real"],
)
def wiki(request: pytest.FixtureRequest) -> WikiUnderTest:
    return cast(WikiUnderTest, request.getfixturevalue(request.param))


_COUNTER = itertools.count(1)


@pytest.fixture
def fresh(worker_id: str) -> Callable[[str], str]:
    """Gives names that no other test uses: ``fresh("River")`` → ``River gw0 7``."""
    return lambda word: f"{word} {worker_id} {next(_COUNTER)}"
