# SPDX-License-Identifier: AGPL-3.0-or-later
"""A withdrawal that is killed before any of its statements has not happened, or has, as a whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.service.reports.test_erasing import TRACES, file, fold, read_and_act, world
from tests.service.rows import keys_of
from tests.service.world import World

__all__ = ["world"]

HARNESS = Path(__file__).with_name("killed_withdrawal.py")
FEWEST_DEATHS = 15


def counts(world: World) -> dict[str, int]:
    return {name: len(rows) for name, rows in keys_of(world.services.database).items()}


def test_killed_withdrawal_leaves_all_or_nothing(
    world: World, environ: dict[str, str], database_url: str
) -> None:
    empty = counts(world)
    report = file(world)
    fold(world, report)
    read_and_act(world, report)
    whole = counts(world)
    done = subprocess.run(
        [sys.executable, "-m", "tests.service.reports.killed_withdrawal", report.hex()],
        env={**os.environ, **environ, "CS_DATABASE_URL": database_url},
        cwd=HARNESS.parents[3],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    lives = [json.loads(line) for line in done.stdout.splitlines()]

    assert len(lives) > FEWEST_DEATHS
    assert all(one == whole for one in lives[: -1 - _deaths_after_commit(lives, whole)])
    leaves = whole["audit_leaf"]
    assert lives[-1] == {**empty, **TRACES, "audit_leaf": leaves}


def _deaths_after_commit(lives: list[dict[str, int]], whole: dict[str, int]) -> int:
    """Lives that ended after all was written: between the commit and the end."""
    return sum(1 for one in lives[:-1] if one != whole and one == lives[-1])
