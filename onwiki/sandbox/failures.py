# SPDX-License-Identifier: AGPL-3.0-or-later
"""Failures on demand: everything that a wiki, or the way to it, has ever done to a client."""

from __future__ import annotations

import enum
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from onwiki.sandbox.api.answer import Element, in_format
from onwiki.sandbox.api.dispatch import lagged
from onwiki.sandbox.api.edit import rate_limited, read_only
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


_Player = Callable[[Failure, Switchboard], Response | None]


def play(failure: Failure, switchboard: Switchboard) -> Response | None:
    """The answer of a failure that comes before the work; None lets the request go on."""
    player = _BEFORE_THE_WORK.get(failure.kind)
    return player(failure, switchboard) if player else None


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


def _page(status: int, title: str) -> _Player:
    def player(failure: Failure, _: Switchboard) -> Response:
        wait = failure.retry_after
        headers = {} if wait is None else {"Retry-After": str(wait)}
        body = f"<html><head><title>{title}</title></head><body>{title}</body></html>"
        return Response(body, status=status, headers=headers, mimetype="text/html")

    return player


def _api_error(error: ApiError) -> _Player:
    def player(_: Failure, __: Switchboard) -> Response:
        fields = {"code": error.code, "info": error.info, **error.extra, "docref": ""}
        headers = {"MediaWiki-API-Error": error.code, **error.headers}
        return _json({"error": Element("docref", fields)}, headers)

    return player


def _captcha(_: Failure, __: Switchboard) -> Response:
    question = {"type": "simple", "mime": "text/plain", "id": "1234567890", "question": "3 + 4"}
    return _json({"edit": {"result": "Failure", "captcha": question}}, {})


def _empty(_: Failure, __: Switchboard) -> Response:
    return Response("", mimetype="application/json")


def _elsewhere(_: Failure, __: Switchboard) -> Response:
    return Response(status=302, headers={"Location": request.host_url + "elsewhere"})


def _slow(failure: Failure, switchboard: Switchboard) -> None:
    switchboard.released.wait(failure.seconds)


def _drip(failure: Failure, switchboard: Switchboard) -> Response:
    released = switchboard.released

    def drops() -> Iterator[bytes]:
        yield b"{"
        while not released.wait(failure.seconds):
            yield b" "

    return Response(drops(), mimetype="application/json")


def _reset(_: Failure, __: Switchboard) -> Response:
    return _cut()


def _json(body: dict[str, Any], headers: dict[str, str]) -> Response:
    version = 2 if request.values.get("formatversion") == "2" else 1
    text = json.dumps(in_format(body, version))
    return Response(text, mimetype="application/json", headers=headers)


def _half(response: Response) -> Response:
    """Leave out every other revision and all of ``badrevids``, without a word."""
    body = response.get_json(force=True)
    query = body.get("query", {})
    query.pop("badrevids", None)
    pages = query.get("pages", [])
    for page in pages if isinstance(pages, list) else pages.values():
        page["revisions"] = page.get("revisions", [])[::2]
    response.set_data(json.dumps(body))
    return response


def _cut() -> Response:
    """Tear the connection down with a TCP reset instead of an answer."""
    connection: socket.socket | None = request.environ.get("werkzeug.socket")
    if connection is not None:
        linger_not_at_all = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not_at_all)
        connection.shutdown(socket.SHUT_RD)
    return Response(_Broken())


class _Broken:
    """A body that fails as soon as the server wants to send it."""

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        raise ConnectionResetError("cut on demand")


_BEFORE_THE_WORK: dict[Kind, _Player] = {
    Kind.UNAVAILABLE: _page(503, "Service Unavailable"),
    Kind.BAD_GATEWAY: _page(502, "Bad Gateway"),
    Kind.TOO_MANY: _page(429, "Too many requests"),
    Kind.MAXLAG: _api_error(lagged(9)),
    Kind.RATE_LIMITED: _api_error(rate_limited()),
    Kind.READ_ONLY: _api_error(read_only("The wiki is in read-only mode for maintenance.")),
    Kind.CAPTCHA: _captcha,
    Kind.SLOW: _slow,
    Kind.DRIP: _drip,
    Kind.RESET: _reset,
    Kind.HTML: _page(200, "Our servers are currently under maintenance"),
    Kind.EMPTY: _empty,
    Kind.REDIRECT: _elsewhere,
}
