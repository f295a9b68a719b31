# SPDX-License-Identifier: AGPL-3.0-or-later
"""A worker whose Meta is a running sandbox."""

from __future__ import annotations

from dataclasses import replace

import pytest

from onwiki.wikis import WikiList
from service.services import Services
from service.worker.building import build_context
from service.worker.context import Context
from tests.fixtures_sandbox import Sandbox


@pytest.fixture
def context(services: Services, sandbox: Sandbox) -> Context:
    """The worker's surroundings, with a list of its own."""
    meta_api = sandbox.wiki("sandboxwiki").api_url
    return replace(build_context(services), meta_api=meta_api, wikis=WikiList.snapshot().copy())
