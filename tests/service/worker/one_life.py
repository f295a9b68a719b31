# SPDX-License-Identifier: AGPL-3.0-or-later
"""``one_life.py N``: a worker that works until nothing is due; its clock is N leases ahead.

Run as a program with the service's environment. Whoever started it may kill it on the way.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta

from service.config import Config
from service.services import build_services, utc_now
from service.worker.building import build_context
from service.worker.loop import LEASE_S, Worker


def main(number: int) -> None:
    ahead = timedelta(seconds=number * (LEASE_S + 1))

    def clock() -> datetime:
        return utc_now() + ahead

    services = build_services(Config.from_environ(os.environ), clock=clock)
    Worker(build_context(services)).run_until_idle()


if __name__ == "__main__":
    main(int(sys.argv[1]))
