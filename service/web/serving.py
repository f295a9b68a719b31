# SPDX-License-Identifier: AGPL-3.0-or-later
"""gunicorn's settings: read with ``-c python:service.web.serving``.

The app writes its own log of requests, by route name; gunicorn's would hold paths.
"""

from __future__ import annotations

import os
from typing import Final

from gunicorn.arbiter import Arbiter

from service.config import Config
from service.starting import start_or_exit

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


def on_starting(_arbiter: Arbiter) -> None:
    """Before anything listens: what must not be served ends here, once, with a line each."""
    start_or_exit(Config.from_environ(os.environ)).database.dispose()
