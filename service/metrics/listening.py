# SPDX-License-Identifier: AGPL-3.0-or-later
"""The listener of the metrics: its own port and address, never the public one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable
from typing import Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.registry import Collector

_PATIENCE_S: Final = 5


class MetricsPortTaken(Exception):
    """Nothing can listen there. ``str`` names the variables."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"CS_METRICS_PORT: nothing can listen on {host} at {port}; choose another")


class _Handler(WSGIRequestHandler):
    """Says nothing about who asked, and does not wait for ever."""

    timeout = _PATIENCE_S

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass

    def address_string(self) -> str:
        return ""


class _Server(WSGIServer):
    """On a socket that listens already, and may be shared with other processes."""

    def __init__(self, listener: socket.socket) -> None:
        address = listener.getsockname()
        super().__init__(address, _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.server_name, self.server_port = str(address[0]), int(address[1])
        self.setup_environ()

    def server_close(self) -> None:
        """The socket is the one who opened it."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises MetricsPortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError:
        raise MetricsPortTaken(host, port) from None
    # Processes that share it all wake up for a connection; only one of them gets it.
    listener.setblocking(False)
    return listener


def serve(listener: socket.socket, collectors: Iterable[Collector]) -> threading.Thread:
    """Answer scrapes in a thread, for as long as the process lives. Nothing but the collectors is
    shown: the interpreter's and the process's own numbers move with each request.
    """
    registry = CollectorRegistry()
    for collector in collectors:
        registry.register(collector)
    server = _Server(listener)
    server.set_app(make_wsgi_app(registry))
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    return thread
