# SPDX-License-Identifier: AGPL-3.0-or-later
"""A SOCKS5 relay that keeps every byte that a browser sends through it.

What Playwright tells of a request leaves out uploads; on the wire nothing is left out. Chromium is
the only client: no authentication, CONNECT by name or IPv4 address (RFC 1928).
"""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Final
from urllib.parse import quote, quote_plus

from tests.socket_guard import apart

_CHUNK: Final = 65_536
_BY_ADDRESS, _BY_NAME = 1, 3
_NO_AUTHENTICATION: Final = b"\x05\x00"
_CONNECTED: Final = b"\x05\x00\x00\x01" + bytes(6)
_REFUSED: Final = b"\x05\x02\x00\x01" + bytes(6)


class Wire:
    """A running relay. Takes only connections of this machine, and makes only such."""

    def __init__(self) -> None:
        self._streams: list[bytearray] = []
        self._server = _Server(("127.0.0.1", 0), _Connection)
        self._server.streams = self._streams
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Wire:
        self._thread.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def proxy(self) -> str:
        return f"socks5://127.0.0.1:{self._server.server_address[1]}"

    @property
    def sent(self) -> bytes:
        """All that went out so far, connection after connection."""
        return b"\n".join(bytes(stream) for stream in self._streams)

    def found(self, words: Iterable[str]) -> list[str]:
        """Which of ``words`` went out, as they are or percent-encoded, capitals or not."""
        sent = self.sent.lower()
        return [
            word
            for word in words
            if any(form.encode().lower() in sent for form in (word, quote(word), quote_plus(word)))
        ]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    streams: list[bytearray]


class _Connection(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        with apart():
            self._relay()

    def _relay(self) -> None:
        browser: socket.socket = self.request
        target = _target(browser)
        if target is None:
            browser.sendall(_REFUSED)
            return
        browser.sendall(_CONNECTED)
        stream = bytearray()
        self.server.streams.append(stream)
        with target:
            back = threading.Thread(target=_copy, args=(target, browser, None), daemon=True)
            back.start()
            _copy(browser, target, stream)
            back.join()


def _target(browser: socket.socket) -> socket.socket | None:
    """The greeting and the request of the browser; a connection to where it wants to go.

    None for anything that is not this machine: Chromium has errands of its own.
    """
    _, methods = _exactly(browser, 2)
    _exactly(browser, methods)
    browser.sendall(_NO_AUTHENTICATION)
    kind = _exactly(browser, 4)[3]
    assert kind in {_BY_ADDRESS, _BY_NAME}, "an IPv6 address"
    host = (
        _exactly(browser, _exactly(browser, 1)[0]).decode()
        if kind == _BY_NAME
        else socket.inet_ntoa(_exactly(browser, 4))
    )
    port = int.from_bytes(_exactly(browser, 2), "big")
    if host not in {"localhost", "127.0.0.1"}:
        return None
    return socket.create_connection(("127.0.0.1", port))


def _exactly(connection: socket.socket, count: int) -> bytes:
    return connection.recv(count, socket.MSG_WAITALL)


def _copy(start: socket.socket, end: socket.socket, kept: bytearray | None) -> None:
    """Until ``start`` has no more; then ``end`` is told so."""
    try:
        while chunk := start.recv(_CHUNK):
            if kept is not None:
                kept += chunk
            end.sendall(chunk)
        end.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one of the two went away, as browsers do
