# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.sealing import age
from tests.service.sealing.age_peer import AgePeer


@pytest.fixture(scope="session")
def typage() -> Iterator[AgePeer]:
    """npm age-encryption, the implementation that runs in browsers."""
    with AgePeer() as peer:
        yield peer


@pytest.fixture(scope="session")
def readers() -> list[tuple[str, str]]:
    """Fifty (identity, recipient)."""
    return [age.new_identity() for _ in range(50)]
