# SPDX-License-Identifier: AGPL-3.0-or-later
"""A wiki on loopback that says what a test tells it to, so that mwoauth really speaks HTTP."""

import re
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import parse_qs, urlsplit

import jwt

from oauth.handshake import Consumer, Handshake, RequestToken
from tests.oauth.recordings import recorded_claims

CONSUMER = Consumer("5f5cdfe222448e376504bad0c91fefd2", "consumer-secret-0123456789abcdef01234567")
REQUEST_TOKEN = RequestToken("6dcf5ed4ff526dd838284d8806273cc1", "request-secret-9ae31b")
VERIFIER = "035883b20d47b6df7cdd1a218542dda0"
CALLBACK = "http://localhost:8000/oauth/callback"
QUERY = {"oauth_token": REQUEST_TOKEN.key, "oauth_verifier": VERIFIER}

INITIATE = "Special:OAuth/initiate"
TOKEN = "Special:OAuth/token"
IDENTIFY = "Special:OAuth/identify"
API = "api.php"

ACCESS_ANSWER = "oauth_token=access-key-8816907042&oauth_token_secret=access-secret-57ad161fa2"


@dataclass(frozen=True)
class Seen:
    """A request that the wiki got. ``title`` names the special page, or is ``api.php``."""

    title: str
    method: str
    headers: Mapping[str, str]
    oauth: Mapping[str, str]
    form: Mapping[str, str]


Reply = Callable[["Handler"], None]


@dataclass
class LoopbackWiki:
    """Replies by title; what was asked; an event that ends replies that would not end."""

    replies: dict[str, Reply] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    origin: str = ""

    @property
    def index_url(self) -> str:
        return f"{self.origin}/w/index.php"

    @property
    def api_url(self) -> str:
        return f"{self.origin}/w/api.php"

    def handshake(self, *, timeout_s: float = 5.0, deadline_s: float = 10.0) -> Handshake:
        return Handshake(
            self.index_url, CONSUMER, CALLBACK, timeout_s=timeout_s, deadline_s=deadline_s
        )

    def issued(self, claims: Mapping[str, object]) -> dict[str, object]:
        """Recorded claims, as if issued here and now; the nonce is the request's."""
        now = int(datetime.now(UTC).timestamp())
        kept = {name: value for name, value in claims.items() if name != "nonce"}
        return kept | {"iss": self.origin, "iat": now, "exp": now + 100}

    def claims(self, **changes: object) -> dict[str, object]:
        """The claims of an ordinary person, changed as asked."""
        (claims,) = recorded_claims("01")
        return self.issued(claims) | changes

    def identify_as(
        self,
        claims: Mapping[str, object],
        *,
        secret: str = CONSUMER.secret,
        with_nonce: bool = True,
    ) -> None:
        """Let the whole handshake succeed, with these claims and the nonce of the request."""

        def identify(handler: "Handler") -> None:
            nonce = {"nonce": handler.current.oauth["oauth_nonce"]} if with_nonce else {}
            token = jwt.encode(nonce | dict(claims), secret, algorithm="HS256")
            say(token, content_type="application/json")(handler)

        self.replies[TOKEN] = say(ACCESS_ANSWER)
        self.replies[IDENTIFY] = identify


class Handler(BaseHTTPRequestHandler):
    """Answers with the wiki's reply for the title."""

    protocol_version = "HTTP/1.1"
    current: Seen

    @property
    def wiki(self) -> LoopbackWiki:
        return cast("_Server", self.server).wiki

    def do_POST(self) -> None:
        target = urlsplit(self.path)
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.current = Seen(
            title=parse_qs(target.query).get("title", [target.path.rsplit("/", 1)[-1]])[0],
            method=self.command,
            headers=dict(self.headers),
            oauth=dict(re.findall(r'(\w+)="([^"]*)"', self.headers.get("Authorization", ""))),
            form={name: values[0] for name, values in parse_qs(form).items()},
        )
        self.wiki.seen.append(self.current)
        self.close_connection = True
        self.wiki.replies[self.current.title](self)

    do_GET = do_POST  # noqa: N815 - reached only by a client that follows a redirect

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Nothing: the test's own logs are what is looked at."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    wiki: LoopbackWiki

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has had enough and hangs up is what some tests want to see."""


def say(
    body: str | bytes,
    *,
    status: int = 200,
    content_type: str = "text/plain;charset=UTF-8",
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """An answer in one piece."""
    content = body.encode() if isinstance(body, str) else body

    def reply(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        sent = {"Content-Length": str(len(content))} | dict(headers or {})
        for name, value in sent.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return reply


def serve(wiki: LoopbackWiki, tls: ssl.SSLContext | None = None) -> Iterator[LoopbackWiki]:
    """Run ``wiki`` on a free port of loopback until the test is over."""
    server = _Server(("127.0.0.1", 0), Handler)
    server.wiki = wiki
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    wiki.origin = f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield wiki
    finally:
        wiki.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
