# SPDX-License-Identifier: AGPL-3.0-or-later
"""200 clients for 30 seconds against the web command of the Procfile, on both databases.

Each opens the first page and the form, files a report of 5 KB by the scripted path, opens the own
list (where the report has to be), and begins anew; nobody pauses, and everybody begins at another
of the four. People change with the quota, and no limit is switched off. A time is from the first
byte sent to the last one read, in a process of the clients' own; servers, database and clients
share the machine.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.bench.clients import elsewhere, visit
from tests.bench.crowd import FILING, Came, Crowd, percentile
from tests.bench.figures import Figure
from tests.bench.replicas import until_answers
from tests.bench.site import Site, databases, site
from tests.bench.survivors import stored
from tests.service.reports.desk import DESK
from tests.service.reports.live import free_port

CLIENTS: Final = 200
SECONDS: Final = 30.0
MOST_TIMES: Final = 5

_EACH: Final = 20
"""Reports that a client has with it: several times what it gets rid of."""
_FEW: Final = 16
_WARM_S: Final = 3.0
_PROCESSES: Final = 2
"""What the web command begins by itself."""


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name, databases(Path(name)) as both:
        for database, url in both:
            folder = Path(name) / f"on-{database}"
            folder.mkdir()
            with site(folder, url) as running:
                came = under_load(running)
                yield from figures(database, came, stored(running.services))


def under_load(running: Site) -> Came:
    """Let the crowd come and go. A few come before: only with all its processes is it begun."""
    port = free_port()
    few, all_of_them = (
        Crowd(DESK, running.host, (port,), running.forms(clients, each), seconds)
        for clients, each, seconds in ((_FEW, _EACH, _WARM_S), (CLIENTS, _EACH, SECONDS))
    )
    with elsewhere() as pool, running.web(port, _PROCESSES) as web:
        until_answers(web, port)
        pool.submit(visit, few).result()
        came = pool.submit(visit, all_of_them).result()
        web.require_running()
    return came


def figures(database: str, came: Came, there: set[str]) -> Iterator[Figure]:
    """``there``: the reports that are stored, by id."""
    times, filings = came.all_times_ms, came.times_ms[FILING]
    asked = f"{len(times):,} ({len(filings):,} filings)"
    what = f"{database}: {CLIENTS} clients for {SECONDS:.0f} s"
    yield Figure(f"{what}: requests", asked)
    yield Figure.at_most(f"{what}: errors{named(came)}", sum(came.errors.values()), 0)
    lost = set(came.accepted) - there
    accepted = f"{len(came.accepted):,} reports accepted"
    yield Figure.at_most(f"{what}: of {accepted}, not there", len(lost), 0)
    p50, p95 = (percentile(times, share) for share in (0.5, 0.95))
    label = f"{what}: p95 ({p95:,.0f} ms), in p50 ({p50:,.0f} ms)"
    yield Figure.at_most(label, p95 / p50, MOST_TIMES)
    p50, p95 = (percentile(filings, share) for share in (0.5, 0.95))
    label = f"{what}, filings alone: p95 ({p95:,.0f} ms), in p50 ({p50:,.0f} ms)"
    yield Figure(label, f"{p95 / p50:,.1f}")


def named(came: Came) -> str:
    """Which errors there were."""
    some = ", ".join(f"{count} of {what}" for what, count in sorted(came.errors.items()))
    return f" ({some})" if some else ""
