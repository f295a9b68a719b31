# SPDX-License-Identifier: AGPL-3.0-or-later
"""A worker that hangs is found out by the file that it touches at every step."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from service.cli import main
from service.worker.alive import LONGEST_STEP_S
from service.worker.context import Context
from service.worker.loop import LEASE_S, Worker


def ask(file: Path, *options: str) -> int:
    return CliRunner().invoke(main, ["worker-alive", str(file), *options]).exit_code


def test_worker_that_steps_is_alive(context: Context, tmp_path: Path) -> None:
    health = tmp_path / "health"
    assert ask(health) == 1

    Worker(context, health).step()
    assert ask(health) == 0


def test_worker_that_has_not_stepped_for_long_is_not(context: Context, tmp_path: Path) -> None:
    health = tmp_path / "health"
    worker = Worker(context, health)
    worker.step()
    past = health.stat().st_mtime - LONGEST_STEP_S - 5
    os.utime(health, (past, past))
    assert ask(health) == 1

    worker.step()
    assert ask(health) == 0


def test_no_step_of_a_worker_that_is_well_takes_as_long() -> None:
    assert LONGEST_STEP_S > LEASE_S


def test_asking_loads_nothing_of_the_service() -> None:
    code = (
        "import sys; from service.cli import main\n"
        "try: main(['worker-alive', '/nowhere'])\n"
        "except SystemExit: pass\n"
        "assert 'flask' not in sys.modules and 'sqlalchemy' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
