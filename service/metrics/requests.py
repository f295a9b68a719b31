# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts of the web: requests by room and kind of status, and how long they took.

gunicorn's processes count in files of a private folder, which each of them can add up. By room
(the feature's blueprint), not by view: fewer, larger numbers.
"""

from __future__ import annotations

import time
from typing import Final

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from service.metrics.coarse import Coarse
from service.web.headers import HEALTH

FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
"""How prometheus_client is told the folder; it reads it when it is imported."""

_BUCKETS_S: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


def count_requests(app: Flask, registry: CollectorRegistry | None = None) -> None:
    """Count each answered request of ``app``, health requests left out."""
    requests = Counter(
        "cs_requests",
        "Requests by room and kind of status, in steps",
        ["room", "status"],
        registry=registry,
    )
    seconds = Histogram(
        "cs_request_seconds",
        "How long requests took, in steps",
        buckets=_BUCKETS_S,
        registry=registry,
    )

    def count(response: Response) -> Response:
        if request.endpoint not in HEALTH:
            room = request.blueprint or "none"
            requests.labels(room, f"{response.status_code // 100}xx").inc()
            seconds.observe(time.monotonic() - g.request_began)
        return response

    app.after_request(count)


def of_all_processes(folder: str) -> Coarse:
    """What all web processes have counted into ``folder``."""
    exact = CollectorRegistry()
    MultiProcessCollector(exact, folder)  # type: ignore[no-untyped-call]
    return Coarse(exact)
