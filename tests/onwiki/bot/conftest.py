# SPDX-License-Identifier: AGPL-3.0-or-later
"""Here the service starts its bots itself."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def forked_bots() -> None:
    """Nothing is put in their place (tests.fixtures_nursery)."""
