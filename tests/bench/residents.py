# SPDX-License-Identifier: AGPL-3.0-or-later
"""What web and worker have in memory after much work, and how long the web command needs to start.

The web process is gunicorn's child with the service's own settings, but never renewed (production
begins a new one after 5,000 requests); its 10,000 requests are a crowd's, a quarter of them
filings. The worker is then the Procfile's, and deals with all those reports, asking both sandbox
wikis. Its pywikibot children are processes of their own and end with their task; the largest is
named. Starting is from the command to the first page's last byte, with compiled modules.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.bench.clients import elsewhere, visit
from tests.bench.crowd import Crowd
from tests.bench.figures import Figure
from tests.bench.replicas import Replica, resident_mb, until_answers
from tests.bench.site import Site, databases, site
from tests.bench.survivors import rows_left, stored
from tests.demo.process import descendants
from tests.service.reports.desk import DESK
from tests.service.reports.live import free_port

REQUESTS: Final = 10_000
MOST_WEB_MB: Final = 120
MOST_WORKER_MB: Final = 150
MOST_START_S: Final = 1.5

_CLIENTS: Final = 20
_EACH: Final = REQUESTS // _CLIENTS // 4
_CITES_EVERY: Final = 50
_STARTS: Final = 5
_ASKS: Final = b"onwiki.bot.child"
_WORKER_PATIENCE_S: Final = 1800


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name, databases(Path(name)) as both:
        for database, url in both:
            folder = Path(name) / f"on-{database}"
            folder.mkdir()
            with site(folder, url) as running:
                yield web_process(database, running)
                if database == "MariaDB":  # production's; it takes minutes
                    yield from worker_process(database, running)
                yield starting(database, running)


def web_process(database: str, running: Site) -> Figure:
    """One process, asked by twenty clients."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:service.web.serving"]
    command += ["-b", f"127.0.0.1:{port}", "--max-requests", "0"]
    environment = {**running.environment, "WEB_CONCURRENCY": "1"}
    forms = running.forms(_CLIENTS, _EACH, _CITES_EVERY)
    crowd = Crowd(DESK, running.host, (port,), forms)
    web = Replica(command, environment, running.folder / "web.log", whole=True)
    with elsewhere() as pool, web:
        until_answers(web, port)
        (child,) = descendants(web.pid)
        came = pool.submit(visit, crowd).result()
        assert not came.errors, came.errors
        assert len(came.all_times_ms) == REQUESTS
        assert set(came.accepted) == stored(running.services)
        assert descendants(web.pid) == {child}, "it was renewed"
        now, most = resident_mb(child), resident_mb(child, peak=True)
    what = f"{database}: web process after {REQUESTS:,} requests (at most {most:.0f} MB)"
    return Figure.at_most(what, now, MOST_WEB_MB, "MB")


def worker_process(database: str, running: Site) -> Iterator[Figure]:
    """Until nothing is left in the queue."""
    reports, children = len(stored(running.services)), 0.0
    end = time.monotonic() + _WORKER_PATIENCE_S
    with running.worker() as worker:
        while rows_left(running.services):
            worker.require_running()
            assert time.monotonic() < end, "the worker does not come to an end"
            children = max([children, *map(_asking_mb, descendants(worker.pid))])
            time.sleep(0.1)
        now, most = resident_mb(worker.pid), resident_mb(worker.pid, peak=True)
    what = f"{database}: worker after {reports:,} reports (at most {most:.0f} MB)"
    yield Figure.at_most(what, now, MOST_WORKER_MB, "MB")
    yield Figure(f"{database}: largest process that asked a wiki", f"{children:.0f} MB")


def starting(database: str, running: Site) -> Figure:
    """The median of several, after one that does not count."""
    times = []
    for _ in range(_STARTS + 1):
        port = free_port()
        began = time.perf_counter()
        with running.web(port, 2) as web:
            until_answers(web, port, "/", running.host)
            times.append(time.perf_counter() - began)
    what = f"{database}: from the web command to its first answer (median of {_STARTS})"
    return Figure.at_most(what, round(statistics.median(times[1:]), 2), MOST_START_S, "s")


def _asking_mb(pid: int) -> float:
    """At most, of a process with pywikibot; nothing of one that has ended or not begun to be it."""
    try:
        if _ASKS not in Path(f"/proc/{pid}/cmdline").read_bytes():
            return 0.0
        return resident_mb(pid, peak=True)
    except (FileNotFoundError, ProcessLookupError, AssertionError):
        return 0.0
