# SPDX-License-Identifier: AGPL-3.0-or-later
"""A loopback wiki, and a search of every log record for what must not be in it."""

import logging
from collections.abc import Iterator

import pytest

from tests.oauth.loopback import LoopbackWiki, serve
from tests.oauth.secrecy import Secrets


@pytest.fixture(autouse=True)
def secrets(caplog: pytest.LogCaptureFixture) -> Iterator[Secrets]:
    """Search every log record of every test here, whatever the level."""
    kept = Secrets()
    with caplog.at_level(logging.DEBUG):
        yield kept
        for phase in ("setup", "call"):
            for record in caplog.get_records(phase):
                kept.assert_absent(f"{record.getMessage()} {record.exc_text} {record.__dict__}")


@pytest.fixture
def wiki() -> Iterator[LoopbackWiki]:
    yield from serve(LoopbackWiki())
