# SPDX-License-Identifier: AGPL-3.0-or-later
"""Failures on demand: everything that a wiki, or the way to it, has ever done to a client."""

from __future__ import annotations

import enum
import json
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from onwiki.sandbox.api.answer import Element, in_format
from onwiki.sandbox.api.dispatch import lagged
from onwiki.sandbox.api.edit import rate_limited
from onwiki.sandbox.api.errors import ApiError


class Kind(enum.Enum):
    """What goes wrong. The first group needs no answer of the wiki, the second spoils one."""

    UNAVAILABLE = "503"
    BAD_GATEWAY = "502"
    TOO_MANY = "429"
    MAXLAG = "maxlag"
    RATE_LIMITED = "ratelimited"
    READ_ONLY = "readonly"
    CAPTCHA = "captcha"
    SLOW = "slow"
    DRIP = "drip"
    RESET = "reset"
    HTML = "html"
    EMPTY = "empty"
    MALFORMED = "malformed"
    REDIRECT = "redirect"
    OTHER_WIKI = "other-wiki"
    HALF_BATCH = "half-batch"
    LOST_ANSWER = "lost-answer"


AFTER_THE_WORK = frozenset({Kind.MALFORMED, Kind.OTHER_WIKI, Kind.HALF_BATCH, Kind.LOST_ANSWER})


class UnknownFailure(ValueError):
    """A failure that the sandbox cannot play."""


@dataclass(frozen=True)
class Failure:
    """One thing to go wrong.

    ``wiki`` is a dbname (None: both); ``action`` one of a request's labels (``edit``, ``query``,
    ``query+revisions``, ``oauth/token`` …; None: all); ``times`` how many requests (None: until
    cleared); ``seconds`` how long SLOW waits and DRIP waits between bytes.
    """

    kind: Kind
    wiki: str | None = None
    action: str | None = None
    times: int | None = None
    seconds: float = 30.0
    retry_after: int | None = None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Failure:
        """Read a switch as posted. Raises UnknownFailure."""
        try:
            return cls(**{**data, "kind": Kind(data.get("kind"))})
        except (TypeError, ValueError) as error:
            raise UnknownFailure(str(error)) from error


class Switchboard:
    """The failures that are switched on, oldest first. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active: list[tuple[Failure, int | None]] = []
        self.released = threading.Event()

    def add(self, failure: Failure) -> None:
        with self._lock:
            self._active.append((failure, failure.times))
            self.released = threading.Event()

    def clear(self) -> None:
        """Switch everything off, and let slow answers go at once."""
        with self._lock:
            self._active = []
            self.released.set()

    def take(self, wiki: str, labels: frozenset[str]) -> Failure | None:
        """The failure that befalls a request, counted down."""
        with self._lock:
            for position, (failure, left) in enumerate(self._active):
                if failure.wiki not in {None, wiki}:
                    continue
                if failure.action is not None and failure.action not in labels:
                    continue
                if left is not None:
                    if left <= 1:
                        del self._active[position]
                    else:
                        self._active[position] = (failure, left - 1)
                return failure
        return None


def play(failure: Failure, switchboard: Switchboard) -> Response | None:
    """The answer of a failure that comes before the work; None lets the request go on."""
    match failure.kind:
        case Kind.UNAVAILABLE:
            return _page(503, "Service Unavailable", failure)
        case Kind.BAD_GATEWAY:
            return _page(502, "Bad Gateway", failure)
        case Kind.TOO_MANY:
            return _page(429, "Too many requests", failure)
        case Kind.MAXLAG:
            return _api_error(lagged(9))
        case Kind.RATE_LIMITED:
            return _api_error(rate_limited())
        case Kind.READ_ONLY:
            return _api_error(
                ApiError(
                    "readonly",
                    "The wiki is currently in read-only mode.",
                    extra={"readonlyreason": "The wiki is in read-only mode for maintenance."},
                )
            )
        case Kind.CAPTCHA:
            return _captcha()
        case Kind.HTML:
            return _page(200, "Our servers are currently under maintenance", failure)
        case Kind.EMPTY:
            return Response("", mimetype="application/json")
        case Kind.REDIRECT:
            return Response(status=302, headers={"Location": request.host_url + "elsewhere"})
        case Kind.DRIP:
            return Response(_drip(failure, switchboard.released), mimetype="application/json")
        case Kind.RESET:
            return _cut()
        case Kind.SLOW:
            switchboard.released.wait(failure.seconds)
            return None
        case _:
            return None


def spoil(failure: Failure, response: Response) -> Response:
    """Damage a finished answer."""
    match failure.kind:
        case Kind.MALFORMED:
            response.set_data(response.get_data()[:-2])
            return response
        case Kind.LOST_ANSWER:
            return _cut()
        case Kind.HALF_BATCH:
            return _half(response)
        case _:
            return response


def _page(status: int, title: str, failure: Failure) -> Response:
    headers = {} if failure.retry_after is None else {"Retry-After": str(failure.retry_after)}
    body = f"<html><head><title>{title}</title></head><body>{title}</body></html>"
    return Response(body, status=status, headers=headers, mimetype="text/html")


def _api_error(error: ApiError) -> Response:
    fields = {"code": error.code, "info": error.info, **error.extra, "docref": ""}
    return _json({"error": Element("docref", fields)}, error.headers | {
        "MediaWiki-API-Error": error.code
    })  # fmt: skip


def _captcha() -> Response:
    question = {
        "type": "simple",
        "mime": "text/plain",
        "id": "1234567890",
        "question": "3 + 4",
    }
    return _json({"edit": {"result": "Failure", "captcha": question}}, {})


def _json(body: dict[str, Any], headers: dict[str, str]) -> Response:
    version = 2 if request.values.get("formatversion") == "2" else 1
    response = Response(mimetype="application/json", headers=headers)
    response.set_data(_dump(in_format(body, version)))
    return response


def _half(response: Response) -> Response:
    """Leave out every other revision and all of ``badrevids``, without a word."""
    body = response.get_json(force=True)
    query = body.get("query", {})
    query.pop("badrevids", None)
    pages = query.get("pages", [])
    for page in pages if isinstance(pages, list) else pages.values():
        page["revisions"] = page.get("revisions", [])[::2]
    response.set_data(_dump(body))
    return response


def _dump(body: Any) -> str:
    return json.dumps(body)


def _drip(failure: Failure, released: threading.Event) -> Iterator[bytes]:
    yield b"{"
    while not released.wait(failure.seconds):
        yield b" "


def _cut() -> Response:
    """Tear the connection down with a TCP reset instead of an answer."""
    connection: socket.socket | None = request.environ.get("werkzeug.socket")
    if connection is not None:
        linger_not_at_all = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not_at_all)
        connection.shutdown(socket.SHUT_RD)
    return Response(_broken())


def _broken() -> Iterator[bytes]:
    raise ConnectionResetError("cut on demand")
    yield b""
