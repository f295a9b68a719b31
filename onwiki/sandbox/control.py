# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tester's side entrance: failures, the clock and what was asked, behind a token."""

from __future__ import annotations

import hmac
import threading
from collections import Counter, deque
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from onwiki.sandbox.failures import Failure, Switchboard, UnknownFailure
from onwiki.sandbox.short_links import ShortLinks
from onwiki.sandbox.store import SandboxClock

_KEPT = 10_000


@dataclass(frozen=True)
class Seen:
    """One request that reached a wiki, as a client sent it."""

    wiki: str
    labels: tuple[str, ...]
    method: str
    query_string: str
    params: dict[str, str]
    user_agent: str
    signed: bool
    beside: int
    """Requests to the same wiki that were not answered yet when this one came."""


class RequestLog:
    """The latest requests, for tests that count them. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: deque[Seen] = deque(maxlen=_KEPT)
        self._open: Counter[str] = Counter()

    def add(self, seen: Seen) -> None:
        with self._lock:
            self._rows.append(seen)

    def begin(self, wiki: str) -> int:
        """A request to a wiki came; how many others are open there. ``end`` it."""
        with self._lock:
            self._open[wiki] += 1
            return self._open[wiki] - 1

    def end(self, wiki: str) -> None:
        with self._lock:
            self._open[wiki] -= 1

    def rows(self) -> list[Seen]:
        with self._lock:
            return list(self._rows)

    def clear(self) -> None:
        with self._lock:
            self._rows.clear()


def blueprint(
    token: str,
    failures: Switchboard,
    log: RequestLog,
    short_links: ShortLinks,
    clock: SandboxClock,
) -> Blueprint:
    """The routes under ``/control``. Whoever has no token is told that there is nothing here."""
    control = Blueprint("control", __name__, url_prefix="/control")

    @control.before_request
    def guard() -> None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), token.encode()):
            abort(404)

    @control.get("/requests")
    def list_requests() -> Response:
        return jsonify([asdict(seen) for seen in log.rows()])

    @control.delete("/requests")
    def clear_requests() -> Response:
        log.clear()
        return jsonify({"ok": True})

    @control.put("/short-links/<code>")
    def add_short_link(code: str) -> Response:
        short_links.add(code, request.get_json()["address"])
        return jsonify({"ok": True})

    _add_failures(control, failures)

    @control.put("/clock")
    def shift_clock() -> tuple[Response, int]:
        body: dict[str, Any] = request.get_json()
        try:
            clock.ahead = timedelta(seconds=float(body["ahead_s"]))
        except (KeyError, TypeError, ValueError):
            return jsonify({"error": "ahead_s: a number of seconds"}), 400
        return jsonify({"ok": True}), 200

    return control


def _add_failures(control: Blueprint, failures: Switchboard) -> None:
    @control.post("/failures")
    def add_failure() -> tuple[Response, int]:
        try:
            failures.add(Failure.from_json(request.get_json()))
        except UnknownFailure:
            return jsonify({"error": "unknown failure"}), 400
        return jsonify({"ok": True}), 201

    @control.delete("/failures")
    def clear_failures() -> Response:
        failures.clear()
        return jsonify({"ok": True})
