# SPDX-License-Identifier: AGPL-3.0-or-later
"""One HTTP exchange with an end, to a host of the allow-list: no redirects, no proxy, no cookies.

pywikibot is for wikis' APIs. This is for the two things that are none of its business: where a
short link leads, and which wikis there are.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from urllib.parse import urlencode

from onwiki.bot.agent import USER_AGENT
from onwiki.errors import Unavailable, WikiUnavailable


@dataclass(frozen=True)
class Place:
    """A server: what the allow-list says, never what somebody pasted."""

    scheme: str
    host: str
    port: int | None

    def connection(self, timeout_s: float) -> http.client.HTTPConnection:
        if self.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(
                self.host, self.port, timeout=timeout_s, context=context
            )
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout_s)


@dataclass(frozen=True)
class Answer:
    """Status, the Location header if there is one, and the body."""

    status: int
    location: str | None
    body: bytes


def exchange(
    place: Place,
    method: str,
    target: str,
    *,
    form: Mapping[str, str] | None = None,
    timeout_s: float,
    most_bytes: int,
) -> Answer:
    """Ask once. Raises WikiUnavailable; its text says nothing of what was asked.

    `timeout_s` is for connecting, and again for everything after it: a server that drips is cut
    off. A body over `most_bytes` is malformed; headers are bounded by http.client.
    """
    connection = place.connection(timeout_s)
    cut = Cut(timeout_s)
    try:
        connection.connect()
        with cut.of(connection.sock):
            answer, whole = _converse(connection, method, target, form, most_bytes)
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = cut.done or isinstance(error, TimeoutError)
        reason = Unavailable.TIMEOUT if late else Unavailable.UNREACHABLE
        raise WikiUnavailable(reason) from None
    finally:
        connection.close()
    if cut.done:
        raise WikiUnavailable(Unavailable.TIMEOUT)
    if len(answer.body) > most_bytes:
        raise WikiUnavailable(Unavailable.MALFORMED)
    if not whole:
        raise WikiUnavailable(Unavailable.UNREACHABLE)
    return answer


def _converse(
    connection: http.client.HTTPConnection,
    method: str,
    target: str,
    form: Mapping[str, str] | None,
    most_bytes: int,
) -> tuple[Answer, bool]:
    """The answer, with at most one byte of body more than wanted; whether nothing is missing."""
    headers = {"User-Agent": USER_AGENT, "Connection": "close"}
    body = None if form is None else urlencode(form)
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, target, body, headers)
    response = connection.getresponse()
    read = response.read(most_bytes + 1)
    return Answer(response.status, response.headers.get("Location"), read), not response.length


class Cut:
    """Ends a connection when its time is over, whatever it is doing. `done`: whether it did."""

    def __init__(self, timeout_s: float) -> None:
        self.done = False
        self._timeout_s = timeout_s

    @contextmanager
    def of(self, connected: socket.socket) -> Iterator[None]:
        timer = Timer(self._timeout_s, self._cut, [connected])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self, connected: socket.socket) -> None:
        self.done = True
        with suppress(OSError):  # it may be over already
            # The plain socket's own: an SSLSocket's would take its state away from the reader.
            socket.socket.shutdown(connected, socket.SHUT_RDWR)


def failure_of(status: int) -> Unavailable:
    """What a status means that is no answer to the question."""
    match status:
        case 429:
            return Unavailable.RATE_LIMITED
        case _ if 300 <= status < 400:
            return Unavailable.REDIRECTED
        case _ if status >= 500:
            return Unavailable.SERVER_ERROR
        case _:
            return Unavailable.REFUSED
