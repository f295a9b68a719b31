# SPDX-License-Identifier: AGPL-3.0-or-later
"""A worker that kills itself (SIGKILL) before its n-th statement, for n = 1, 2, 3 … until it lives.

Run as a program with the service's environment. Every life is a process of its own, forked from
this one (which has no threads); its clock is one lease ahead of the life before, so that what a
dead worker had taken can be taken again. A lease is longer than any child of a worker lives: so is
the time between two lives here, however busy the machine. Prints how many lives ended early.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event

from service.config import Config
from service.services import build_services, utc_now
from service.worker.building import build_context
from service.worker.loop import LEASE_S, Worker
from tests.service.lives import ready_to_fork

MOST_LIVES = 200

_PR_SET_CHILD_SUBREAPER = 36


def live(number: int) -> None:
    """One life: ends by SIGKILL before statement ``number``, or normally when nothing is due."""
    ahead = timedelta(seconds=number * (LEASE_S + 1))

    def clock() -> datetime:
        return utc_now() + ahead

    services = build_services(Config.from_environ(os.environ), clock=clock)
    left = number

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(services.database.engine, "before_cursor_execute", count)
    event.listen(services.database.engine, "commit", count)
    Worker(build_context(services)).run_until_idle()


def adopt_orphans() -> None:
    """What a killed worker had started becomes a child of this process."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def wait_for_orphans() -> None:
    """They end by themselves, since nobody speaks to them any more."""
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def main() -> int:
    ready_to_fork()
    adopt_orphans()
    for number in range(1, MOST_LIVES):
        child = os.fork()
        if child == 0:
            live(number)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        wait_for_orphans()
        if os.WIFEXITED(status):
            sys.stdout.write(f"{number - 1}\n")
            return os.WEXITSTATUS(status)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
