# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two workers at once over one queue, of which one is killed before its n-th statement.

Run as a program with the service's environment and the number n. Both are processes of their own,
forked from this one (which has no threads). The clocks of later lives are ahead by a lease, so that
what the dead one had taken can be taken again. Ends with 3 when n was more than its statements.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event

from service.config import Config
from service.services import build_services, utc_now
from service.worker.building import build_context
from service.worker.loop import LEASE_S, Worker
from tests.service.lives import ready_to_fork

OUTLIVED = 3


def live(life: int, dies_before: int | None) -> None:
    """Work until nothing is due, or until statement ``dies_before``."""
    ahead = timedelta(seconds=life * (LEASE_S + 1))

    def clock() -> datetime:
        return utc_now() + ahead

    services = build_services(Config.from_environ(os.environ), clock=clock)
    left = dies_before

    def count(*_: Any) -> None:
        nonlocal left
        if left is not None:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    event.listen(services.database.engine, "before_cursor_execute", count)
    event.listen(services.database.engine, "commit", count)
    Worker(build_context(services)).run_until_idle()


def forked(do: Callable[[], None]) -> int:
    """Pid of a child that does this and ends."""
    child = os.fork()
    if child == 0:
        do()
        os._exit(0)
    return child


def main(dies_before: int) -> int:
    ready_to_fork()
    doomed = forked(lambda: live(0, dies_before))
    other = forked(lambda: live(0, None))
    _, end = os.waitpid(doomed, 0)
    _, well = os.waitpid(other, 0)
    if os.waitstatus_to_exitcode(well) != 0:
        return 1
    live(1, None)  # what the dead one left
    return 0 if os.WIFSIGNALED(end) else OUTLIVED


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1])))
