# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the app refuses to start with, and that gunicorn serves it."""

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

from service.app import create_app
from service.config import Config
from service.database import Database
from service.migrations.state import DatabaseNotMigrated, upgrade
from service.services import build_services
from service.web.assets import DIST, BundleMissing

ROOT = Path(__file__).parents[2]


def test_production_refuses_a_database_without_tables(
    production_environ: dict[str, str], bundle: Path
) -> None:
    config = Config.from_environ(production_environ)
    services = build_services(config)

    with pytest.raises(DatabaseNotMigrated, match="community-support db upgrade"):
        create_app(config, services=services, bundle=bundle)
    upgrade(services.database)
    app = create_app(config, services=services, bundle=bundle)

    answer = app.test_client().get("/", base_url=config.base_url)
    assert answer.status_code == 200
    services.database.dispose()


def test_app_refuses_to_start_without_the_browser_bundle(
    environ: dict[str, str], tmp_path: Path
) -> None:
    config = Config.from_environ(environ)
    services = build_services(config)

    with pytest.raises(BundleMissing, match="npm run build"):
        create_app(config, services=services, bundle=tmp_path / "nowhere")
    services.database.dispose()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def served(environ: dict[str, str], port: int, home: Path) -> Iterator[subprocess.Popen[str]]:
    """The command ``web`` as a process of its own, stopped at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "web", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, **environ, "HOME": str(home), "WEB_CONCURRENCY": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_gunicorn_serves_it_and_writes_no_address(environ: dict[str, str], tmp_path: Path) -> None:
    if not (DIST / "manifest.json").is_file():
        subprocess.run(["npm", "run", "--silent", "build"], cwd=ROOT, check=True)
    database = Database(environ["CS_DATABASE_URL"])
    upgrade(database)
    database.dispose()
    port = free_port()
    base = f"http://localhost:{port}"
    home = tmp_path / "home"
    home.mkdir()
    with (
        served(environ | {"CS_BASE_URL": base}, port, home) as process,
        requests.Session() as browser,
    ):
        # Connection attempts until it listens; no answer is asked for twice.
        retry = Retry(total=None, connect=12, read=0, backoff_factor=0.05, backoff_max=2)
        browser.mount(base, requests.adapters.HTTPAdapter(max_retries=retry))
        answer = browser.get(f"{base}/privacy?name=Larkspur", timeout=30)
        process.send_signal(signal.SIGTERM)
        log, _ = process.communicate(timeout=30)

    assert answer.status_code == 200
    assert '"route": "web.privacy"' in log
    assert "Larkspur" not in log
    assert "/privacy" not in log
    assert list(home.iterdir()) == []  # no control socket
