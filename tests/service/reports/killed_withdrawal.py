# SPDX-License-Identifier: AGPL-3.0-or-later
"""Withdraws a report in a process that kills itself (SIGKILL) before its n-th statement, for
n = 1, 2, 3 … until it lives. Run as a program with the service's environment and the report's id.

Prints, after each life, the number of rows of each table as a line of JSON. Every life and every
count is a process of its own, forked from this one, which has neither threads nor connections.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

from sqlalchemy import event

from service.audit.journal import Act
from service.config import Config
from service.services import Services, build_services
from tests.service.lives import ready_to_fork
from tests.service.rows import keys_of

MOST_LIVES = 200


def live(services: Services, report: bytes, number: int) -> None:
    """One life: ends by SIGKILL before statement ``number``, or with the report erased."""
    left = number

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(services.database.engine, "before_cursor_execute", count)
    event.listen(services.database.engine, "commit", count)
    erasing, today = services.domain.erasing, services.today()
    services.database.write_anew(
        lambda session: erasing.erase(session, report, Act.WITHDRAWN, today)
    )
    services.database.forget_pages()


def tell(services: Services) -> None:
    counts = {name: len(rows) for name, rows in keys_of(services.database).items()}
    os.write(sys.stdout.fileno(), json.dumps(counts).encode() + b"\n")


def main() -> int:
    report = bytes.fromhex(sys.argv[1])
    services = build_services(Config.from_environ(os.environ))  # connects when it is used
    ready_to_fork()
    for number in range(1, MOST_LIVES):
        child = os.fork()
        if child == 0:
            live(services, report, number)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        witness = os.fork()
        if witness == 0:
            tell(services)
            os._exit(0)
        os.waitpid(witness, 0)
        if os.WIFEXITED(status):
            return os.WEXITSTATUS(status)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
