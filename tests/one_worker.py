# SPDX-License-Identifier: AGPL-3.0-or-later
"""``--dist loadgroup``: tests that share one costly thing stay together on one of the workers.

xdist's own way, the mark ``xdist_group``, does nothing under pytest 9: pytest-xdist 3.8.0 adds the
group to a private name of the test that pytest no longer reads.
"""

from __future__ import annotations

from typing import Final

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER: Final = ("tests/demo/", "tests/install/", "tests/service/worker/test_dump.py")
"""Folders and files whose tests go to one worker: one running demo, one installation and one busy
year are enough.
"""


class OneWorkerEach(LoadScopeScheduling):
    """Hands out a place of TOGETHER as a whole, every other test by itself."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneWorkerEach | None:
    """None leaves every other ``--dist`` to xdist."""
    return OneWorkerEach(config, log) if config.getoption("dist") == "loadgroup" else None
