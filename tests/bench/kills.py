# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two web processes and two workers on MariaDB under the crowd of ``load``, of which one each is
killed every three seconds (turn about) and begun again.

A client whose connection breaks sends the same request, with the same form id, to the other web
process. At the end the last workers are killed, too. What they had taken waits for its lease of ten
minutes: a worker in a process of its own, whose clock leaps, does what is left. Then everything is
counted (``survivors``).
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select

from service import logs
from service.config import Config
from service.notices.models import SubscriptionRow
from service.services import build_services, utc_now
from service.worker.building import build_context
from service.worker.loop import LEASE_S, Worker
from tests.bench.clients import elsewhere, visit
from tests.bench.crowd import Came, Crowd
from tests.bench.figures import Figure
from tests.bench.load import CLIENTS, SECONDS, named
from tests.bench.replicas import Replica, until_answers, until_gone
from tests.bench.site import Site, site
from tests.bench.survivors import (
    charged_otherwise,
    checked_otherwise,
    not_entered_once,
    reminders,
    rows_left,
    stored,
)
from tests.fixtures_mariadb import MariaDB, shared_server
from tests.service.reports.desk import DESK
from tests.service.reports.live import free_port

EVERY_S: Final = 3.0

_EACH: Final = 20
_CITES_EVERY: Final = 8
_LEAP: Final = timedelta(seconds=11)
"""More than the bot's pause between two posts."""
_MOST_LEAPS: Final = 200


@dataclass(frozen=True)
class Killed:
    """What the crowd met, and how many web processes and workers were killed (each so many)."""

    came: Came
    kills: int


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name, shared_server(Path(name) / "mariadb") as socket:
        folder = Path(name) / "site"
        folder.mkdir()
        with site(folder, MariaDB(socket).new_database("bench")) as running:
            killed = under_kills(running)
            with elsewhere() as pool:
                pool.submit(do_what_is_left, running.environment, folder / "last.log").result()
            yield from figures(running, killed)


def under_kills(running: Site) -> Killed:
    """The crowd's visit."""
    ports = (free_port(), free_port())
    forms = running.forms(CLIENTS, _EACH, _CITES_EVERY, subscribe=True)
    crowd = Crowd(DESK, running.host, ports, forms, SECONDS, again=True)
    with ExitStack() as stack:
        webs = [stack.enter_context(running.web(port, 1)) for port in ports]
        workers = [stack.enter_context(running.worker(number)) for number in range(2)]
        for web, port in zip(webs, ports, strict=True):
            until_answers(web, port)
        pool = stack.enter_context(elsewhere())
        coming = pool.submit(visit, crowd)
        forward = set[bytes]()
        kills = keep_killing(running, coming, list(zip(webs, ports, strict=True)), workers, forward)
        came = coming.result()
        bring_reminders_forward(running, forward)
        for worker in workers:
            worker.kill()
        until_gone({pid for worker in workers for pid in worker.orphans})
    return Killed(came, kills)


def keep_killing(
    running: Site,
    coming: Future[Came],
    webs: Sequence[tuple[Replica, int]],
    workers: Sequence[Replica],
    forward: set[bytes],
) -> int:
    """Until the crowd has gone; how often. The other web process has to answer before one goes.
    ``forward`` is told whose reminder came early.
    """
    kills, due = 0, time.monotonic() + EVERY_S
    while True:
        wait([coming], timeout=max(due - time.monotonic(), 0))
        if coming.done():
            return kills
        due = time.monotonic() + EVERY_S
        web, worker = webs[kills % 2][0], workers[kills % 2]
        until_answers(*webs[1 - kills % 2])
        for one in (web, worker):
            one.kill()
            one.start()
        kills += 1
        bring_reminders_forward(running, forward)


def bring_reminders_forward(running: Site, forward: set[bytes]) -> None:
    """Let the next slot of whoever has subscribed by now come at once: one slot for each."""
    now = int(utc_now().timestamp())
    with running.services.database.write() as session:
        rows = session.scalars(select(SubscriptionRow).with_for_update()).all()
        for row in rows:
            if row.person not in forward:
                row.due = now
    forward |= {row.person for row in rows}


def do_what_is_left(environment: Mapping[str, str], log: Path) -> None:
    """For a process of its own. The clock leaps whenever nothing is due any more."""
    ahead = timedelta(seconds=LEASE_S + 1)

    def clock() -> datetime:
        return utc_now() + ahead

    with log.open("w") as stream:
        logs.configure(stream)
        services = build_services(Config.from_environ(environment), clock=clock)
        worker = Worker(build_context(services))
        for _ in range(_MOST_LEAPS):
            worker.run_until_idle()
            if not rows_left(services):
                break
            ahead += _LEAP
        services.database.dispose()


def figures(running: Site, killed: Killed) -> Iterator[Figure]:
    came, there = killed.came, stored(running.services)
    accepted = set(came.accepted)
    citing = [name for name in accepted if running.links[name]]
    yield Figure("MariaDB: web processes killed, and as many workers", f"{killed.kills}")
    broken = f"{came.broken:,} ({came.filed_again:,} filings sent again)"
    yield Figure(f"{CLIENTS} clients: connections that broke", broken)
    yield Figure.at_most(f"{CLIENTS} clients: errors{named(came)}", sum(came.errors.values()), 0)
    what = f"of {len(accepted):,} reports accepted"
    yield Figure.at_most(f"{what}: not there", len(accepted - there), 0)
    yield Figure.at_most("reports there that nobody was told of", len(there - accepted), 0)
    twice = not_entered_once(running, accepted)
    yield Figure.at_most(f"{what}: not once in each list that they belong to", len(twice), 0)
    people = charged_otherwise(running, accepted)
    yield Figure.at_most("people whose quota counts another number of reports", len(people), 0)
    wrong = checked_otherwise(running, citing)
    label = f"of {len(citing):,} reports with a link on each of two wikis: not answered once each"
    yield Figure.at_most(label, len(wrong), 0)
    yield Figure.at_most("rows left in the queue", rows_left(running.services), 0)
    posted = reminders(running)
    label = f"of {len(posted)} subscribers ({sum(map(bool, posted))} reminded): more than once"
    yield Figure.at_most(label, sum(count > 1 for count in posted), 0)
