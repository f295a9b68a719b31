# SPDX-License-Identifier: AGPL-3.0-or-later
"""Web and worker as processes, scraped on a port of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from urllib3.util import Retry

from service.database import Database
from service.metrics.coarse import STEP
from service.migrations.state import upgrade
from tests.service.test_app import ROOT, free_port

HIDDEN = "Larkspur"


@pytest.fixture
def migrated(environ: dict[str, str]) -> dict[str, str]:
    """The demo's environment with a database, and a port for the metrics."""
    database = Database(environ["CS_DATABASE_URL"])
    upgrade(database)
    database.dispose()
    return environ | {"CS_METRICS_PORT": str(free_port()), "WEB_CONCURRENCY": "2"}


@contextmanager
def running(arguments: list[str], environ: dict[str, str]) -> Iterator[requests.Session]:
    """The command as a process; connections to it are tried until it listens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    retry = Retry(total=None, connect=12, read=0, backoff_factor=0.05, backoff_max=2)
    try:
        with requests.Session() as session:
            session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retry))
            yield session
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def test_web_shows_requests_of_all_its_processes_in_steps(
    migrated: dict[str, str], tmp_path: Path
) -> None:
    port, metrics = free_port(), int(migrated["CS_METRICS_PORT"])
    counts = tmp_path / "counts"
    counts.mkdir()
    environ = migrated | {"CS_BASE_URL": f"http://localhost:{port}", "TMPDIR": str(counts)}
    with running(["web", "--port", str(port)], environ) as visitor:

        def visit(times: int) -> None:
            for _ in range(times):
                assert visitor.get(f"http://localhost:{port}/privacy?x={HIDDEN}", timeout=60).ok

        def scrape() -> str:
            return visitor.get(f"http://127.0.0.1:{metrics}/metrics", timeout=60).text

        visit(STEP - 1)
        few = scrape()
        visit(1)
        enough = scrape()
        public = visitor.get(f"http://localhost:{port}/metrics", timeout=60)

    assert "cs_" not in few
    assert f'cs_requests_total{{room="web",status="2xx"}} {STEP}.0' in enough
    assert "cs_request_seconds_count" in enough
    assert HIDDEN not in enough
    assert "/privacy" not in enough
    assert public.status_code == 404
    assert list(counts.glob("community-support-counts-*")) == []


def test_worker_shows_that_it_is_alive_and_keeps_up(migrated: dict[str, str]) -> None:
    address = f"http://127.0.0.1:{migrated['CS_METRICS_PORT']}/metrics"
    with running(["worker"], migrated) as monitor:
        shown = monitor.get(address, timeout=60).text

    assert "cs_worker_beat_timestamp_seconds" in shown
    assert "cs_queue_overdue_hours 0.0" in shown
    assert "cs_jobs" not in shown


def test_port_that_is_taken_is_one_line(migrated: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environ = migrated | {"CS_METRICS_PORT": str(taken.getsockname()[1])}
        for arguments in (["worker"], ["web", "--port", str(free_port())]):
            done = subprocess.run(
                [sys.executable, "-m", "service.cli", *arguments],
                cwd=ROOT,
                env={**os.environ, **environ},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == 2, done.stderr
            assert "CS_METRICS_PORT: nothing can listen on 127.0.0.1" in done.stderr
            assert "Traceback" not in done.stderr
