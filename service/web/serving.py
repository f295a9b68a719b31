# SPDX-License-Identifier: AGPL-3.0-or-later
"""gunicorn's settings: read with ``-c python:service.web.serving``.

The app writes its own log of requests, by route name; gunicorn's would hold paths.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from typing import Final

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from service.config import Config
from service.starting import refuse, start_or_exit

wsgi_app: Final = "service.app:from_environment()"
bind: Final = f"127.0.0.1:{os.environ.get('PORT', '8000')}"

worker_class: Final = "gthread"
workers: Final = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads: Final = 8
"""A sign-in waits for the wiki for up to ten seconds; the others must not wait with it."""
timeout: Final = 30
graceful_timeout: Final = 20
keepalive: Final = 5
# Python keeps what it once took; a fresh process now and then gives it back.
max_requests: Final = 5000
max_requests_jitter: Final = 500

accesslog: Final = None
logger_class: Final = "service.logs.GunicornLogger"
# A control socket in the home folder is one more door, and nobody uses it.
control_socket_disable: Final = True
# Whose X-Forwarded-Proto counts is decided in one place: CS_TRUSTED_PROXIES.
secure_scheme_headers: Final[dict[str, str]] = {}
forwarded_allow_ips: Final = ""

_scraped: Final[list[socket.socket]] = []
"""The listener of the metrics, where CS_METRICS_PORT asks for one."""


def on_starting(_arbiter: Arbiter) -> None:
    """Before anything listens: what must not be served ends here, once, with a line each."""
    config = Config.from_environ(os.environ)
    start_or_exit(config).database.dispose()
    if config.metrics_port is not None:
        _listen_for_scrapes(config.metrics_host, config.metrics_port)


def _listen_for_scrapes(host: str, port: int) -> None:
    """Open the metrics' port in the master: all its processes share it, and the folder in which
    they count, so any of them can answer for all.
    """
    folder = tempfile.mkdtemp(prefix="community-support-counts-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    # Loaded after that: prometheus_client looks for the folder when it is imported.
    from service.metrics.listening import MetricsPortTaken, listen  # noqa: PLC0415

    try:
        _scraped.append(listen(host, port))
    except MetricsPortTaken as taken:
        shutil.rmtree(folder)
        refuse([str(taken)])


def post_worker_init(_worker: Worker) -> None:
    """In each process, once the app is there."""
    if _scraped:
        from service.metrics.listening import serve  # noqa: PLC0415
        from service.metrics.requests import FOLDER_VARIABLE, of_all_processes  # noqa: PLC0415

        serve(_scraped[0], [of_all_processes(os.environ[FOLDER_VARIABLE])])


def on_exit(_arbiter: Arbiter) -> None:
    """The master's end: its folder of counts goes."""
    if _scraped:
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
