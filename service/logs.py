# SPDX-License-Identifier: AGPL-3.0-or-later
"""Log lines as JSON: what happened and where in the code, never with whose data.

Paths, query strings, names and exception texts stay out: they can hold a token, an id or a name.
Requests are logged by route name. From libraries only the place and the unfilled template of a
message are kept: what they fill in is not ours to judge.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final

from flask import Flask, Response, g, has_request_context, request
from gunicorn.config import Config as GunicornConfig
from gunicorn.glogging import Logger

OWN: Final = ("service", "oauth", "onwiki")
"""Loggers whose messages are written here in the house, and hold nothing personal."""

_FACTS: Final = "facts"
_ROOT: Final = Path(__file__).resolve().parent.parent
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
_QUIET_ROUTES: Final = frozenset({"web.alive", "web.healthz", "web.static"})
_MOST_FRAMES: Final = 12

_logger = logging.getLogger(__name__)


def facts(**values: str | int | None) -> Mapping[str, Mapping[str, str | int | None]]:
    """``logger.info("what happened", extra=facts(count=3))``: named values of a log line."""
    return {_FACTS: values}


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.name.split(".", 1)[0] in OWN:
            line["event"] = record.getMessage()
            line.update(getattr(record, _FACTS, {}))
        else:
            line["event"] = str(record.msg) if record.args else "message of a library"
            line["at"] = f"{_place(record.pathname)}:{record.lineno}"
        if has_request_context():
            line["request"] = g.get("request_id")
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = f"{record.exc_info[0].__module__}.{record.exc_info[0].__qualname__}"
            line["trace"] = trace(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def trace(start: TracebackType | None) -> list[str]:
    """Files, lines and functions of a traceback, the innermost last; no source lines, no text."""
    frames = traceback.extract_tb(start)[-_MOST_FRAMES:]
    return [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _place(filename: str) -> str:
    """A file's place inside the tool or inside its library, without the machine's folders."""
    path = Path(filename)
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else path.name


def configure(stream: IO[str] | None = None, level: int = logging.INFO) -> None:
    """Send everything that this process logs to ``stream`` (standard error) as JSON lines."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OWN:
        logging.getLogger(name).setLevel(level)
    # Warnings of the interpreter quote source lines and values; through logging they get cut.
    logging.captureWarnings(capture=True)


def init_app(app: Flask) -> None:
    """Give each request an id, and log each by route name, status and duration."""

    def begin() -> None:
        g.request_id = secrets.token_hex(8)
        g.request_began = time.monotonic()

    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.request_id
        route = request.endpoint or "none"
        if route not in _QUIET_ROUTES:
            duration = int((time.monotonic() - g.request_began) * 1000)
            _logger.info(
                "request",
                extra=facts(
                    route=route, method=_method(), status=response.status_code, ms=duration
                ),
            )
        return response

    app.before_request(begin)
    app.after_request(end)


def _method() -> str:
    """The request's method; a visitor can write anything there."""
    return request.method if request.method in _METHODS else "other"


class GunicornLogger(Logger):
    """gunicorn's own messages through the same formatter: some hold addresses and paths."""

    def setup(self, cfg: GunicornConfig) -> None:
        super().setup(cfg)
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines())
        self.error_log.handlers[:] = [handler]
        self.error_log.propagate = False
        self.access_log.handlers.clear()
        self.access_log.propagate = False
