# SPDX-License-Identifier: AGPL-3.0-or-later
"""Serving the sandbox from this process: a thread for each request, nothing in any log."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from onwiki.sandbox.app import create_app
from onwiki.sandbox.store import Store

LOOPBACK = "127.0.0.1"


class PortTaken(OSError):
    """Something else listens on the port that was asked for."""


class _QuietHandler(WSGIRequestHandler):
    """No access log: addresses of requests hold names."""

    def log(self, *_: Any) -> None:
        return


class SandboxServer:
    """The sandbox on one port of the loopback interface (0: any free one)."""

    def __init__(self, store: Store, port: int = 0, control_token: str | None = None) -> None:
        """Binds at once. Raises PortTaken."""
        try:
            self._socket = socket.create_server((LOOPBACK, port))
        except OSError as error:
            raise PortTaken(f"port {port} is taken") from error
        self.base_url = f"http://{LOOPBACK}:{self._socket.getsockname()[1]}"
        app = create_app(store, base_url=self.base_url, control_token=control_token)
        self._server = make_server(
            LOOPBACK,
            0,
            app,
            threaded=True,
            request_handler=_QuietHandler,
            fd=self._socket.fileno(),
        )
        self._thread: threading.Thread | None = None

    def serve(self) -> None:
        """Answer until somebody interrupts."""
        self._server.serve_forever()

    def __enter__(self) -> SandboxServer:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        if self._thread:
            self._thread.join()
        self.close()

    def close(self) -> None:
        """Give the port back."""
        self._server.server_close()
        self._socket.close()
