# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small site for pages that live from the bundle: real HTTP, our CSP, answers that a test gives.

The tool itself is tested as a whole elsewhere; here a test says what the server answers.
"""

from __future__ import annotations

import contextlib
import json
import mimetypes
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

CSP: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",  # as pages have it that show opened pictures
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types community-support",
    )
)


@dataclass(frozen=True)
class Asked:
    """A request that reached the site."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    body: bytes
    content_type: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, value: object, status: int = 200, **headers: str) -> Answer:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return cls(json.dumps(value).encode(), status=status, headers=named)


Answering = Callable[[Asked], Answer]


class Site:
    """Serves ``folders`` under their names, and whatever a test puts into ``answers``."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self.folders = folders
        self.answers: dict[tuple[str, str], Answering] = {}
        self.asked: list[Asked] = []

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def origin(self) -> str:
        return f"http://localhost:{self._server.server_port}"

    def page(self, path: str, html: str) -> None:
        answer = Answer(html.encode(), "text/html; charset=utf-8")
        self.answers["GET", path] = lambda _asked: answer

    def forget(self) -> None:
        self.answers.clear()
        self.asked.clear()

    def posted(self, path: str) -> list[Asked]:
        return [one for one in self.asked if one.method == "POST" and one.path == path]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        answering = self.answers.get((asked.method, asked.path))
        if answering is not None:
            return answering(asked)
        _, folder, *rest = asked.path.split("/")
        if folder in self.folders and len(rest) == 1:
            path = self.folders[folder] / rest[0]
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return Answer(path.read_bytes(), kind)
        return Answer(b"not here", "text/plain", 404)

    def _handler(site) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - self is the request's below
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._serve()

            def do_POST(self) -> None:
                self._serve()

            def _serve(self) -> None:
                size = int(self.headers.get("Content-Length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                path = self.path.partition("?")[0]
                asked = Asked(self.command, path, headers, self.rfile.read(size))
                self._send(site.answer(asked))

            def _send(self, answer: Answer) -> None:
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Security-Policy", CSP)
                self.send_header("Cache-Control", "no-store")
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                # A page that was left does not wait for what it asked for.
                with contextlib.suppress(ConnectionError):
                    self.end_headers()
                    self.wfile.write(answer.body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        return Handler
