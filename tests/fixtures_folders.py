# SPDX-License-Identifier: AGPL-3.0-or-later
"""The run's temporary folders lie in memory where there is room: every commit waits for the disk.

Loaded by tests/conftest.py. SQLite writes through at each commit (``synchronous=FULL``, which is
the service's promise and stays on); in memory that is free. ``--basetemp`` and pytest's own
variable go first. On a small or strict machine everything is on the disk, as ever.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

import pytest

MEMORY: Final = Path("/dev/shm")  # noqa: S108 (pytest makes a folder of its own in it)
ROOM: Final = 4 * 1024**3
"""Bytes. A run needs about one gigabyte."""
OWN: Final = "PYTEST_DEBUG_TEMPROOT"


def has_room(folder: Path) -> bool:
    """Whether it may be written to, is large enough, and programs in it may be started."""
    if not os.access(folder, os.W_OK):
        return False
    return not os.statvfs(folder).f_flag & os.ST_NOEXEC and shutil.disk_usage(folder).free >= ROOM


def pytest_configure(config: pytest.Config) -> None:
    """xdist's workers are told by the process that started them."""
    if config.option.basetemp is None and has_room(MEMORY):
        os.environ.setdefault(OWN, str(MEMORY))
