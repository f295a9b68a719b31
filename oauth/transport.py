# SPDX-License-Identifier: AGPL-3.0-or-later
"""HTTP with an end: POST, no redirects, a time-out for silence and a deadline for the whole.

``requests`` restarts its read time-out with every byte, so a wiki that drips one byte every four
seconds holds a thread for hours. Here every read from the socket, of headers too, gets no more
time than the exchange has left.
"""

import http.client
import io
import socket
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ReadTimeoutError

from oauth.errors import Detail, Step, WikiUnreachable

USER_AGENT: Final = (
    "community-support/0.1 (https://wikitech.wikimedia.org/wiki/Tool:Community-support)"
)

MAX_ANSWER_BYTES: Final = 2 * 1024 * 1024
"""A person with accounts on all thousand wikis has a ``globaluserinfo`` of about 250 KB."""

_CHUNK_BYTES: Final = 16 * 1024


class Deadline:
    """The moment at which an exchange is over, whatever has been received."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def allow(self, wish_s: float) -> float:
        """Seconds that may be waited now: the wish or what is left. TimeoutError if nothing is."""
        left = self._end - self._clock()
        if left <= 0:
            raise TimeoutError
        return min(wish_s, left)


@dataclass(frozen=True)
class _Limits:
    deadline: Deadline
    timeout_s: float


_limits: ContextVar[_Limits] = ContextVar("oauth.transport.limits")
"""Read by the response class, which http.client constructs without a way to pass it anything.
Exchanges run in the thread that set it."""


class _LimitedReader(io.RawIOBase):
    """The socket's bytes, each read bounded by the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, limits: _Limits) -> None:
        self._raw = raw
        self._sock = sock
        self._limits = limits

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._limits.deadline.allow(self._limits.timeout_s))
        read: int | None = self._raw.readinto(buffer)
        return read

    def close(self) -> None:
        self._raw.close()
        super().close()


class _LimitedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        raw = sock.makefile("rb", buffering=0)
        self.fp.close()
        self.fp = io.BufferedReader(_LimitedReader(raw, sock, _limits.get()))


class _Connection(HTTPConnection):
    response_class = _LimitedResponse


class _SecureConnection(HTTPSConnection):
    response_class = _LimitedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


@dataclass(frozen=True, repr=False)
class Answer:
    """A 200 answer, read to its end. The names are those of ``requests.Response``, for mwoauth.

    ``text`` is the body as UTF-8; ``request`` is what was sent, with its Authorization header.
    """

    content: bytes
    text: str
    request: requests.PreparedRequest


class Exchange:
    """One or more POSTs that share a deadline, which runs from the moment of construction.

    ``timeout_s`` bounds each silence (connecting, sending, between two bytes), ``deadline_s`` the
    whole. Name resolution is the operating system's and outside both. Used in one thread.
    """

    def __init__(self, timeout_s: float, deadline_s: float, user_agent: str = USER_AGENT) -> None:
        self._limits = _Limits(Deadline(deadline_s), timeout_s)
        self._user_agent = user_agent

    def post(
        self,
        step: Step,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        auth: AuthBase | None = None,
    ) -> Answer:
        """POST and read a 200 answer of at most MAX_ANSWER_BYTES.

        Raises WikiUnreachable for everything else. Nothing of what ``requests`` says is kept: its
        texts hold addresses and pieces of answers.
        """
        try:
            return self._post(step, url, params=params, data=data, auth=auth)
        except (requests.Timeout, TimeoutError):
            detail = Detail.TIMED_OUT
        except (requests.RequestException, OSError) as error:
            detail = Detail.TIMED_OUT if _is_time_out(error) else Detail.NO_CONNECTION
        except UnicodeDecodeError:
            detail = Detail.UNREADABLE
        raise WikiUnreachable(step, detail)

    def _post(
        self,
        step: Step,
        url: str,
        *,
        params: Mapping[str, str] | None,
        data: Mapping[str, str] | None,
        auth: AuthBase | None,
    ) -> Answer:
        token = _limits.set(self._limits)
        try:
            with (
                _session() as session,
                session.post(
                    url,
                    params=params,
                    data=data,
                    auth=auth,
                    headers={"User-Agent": self._user_agent},
                    timeout=self._limits.deadline.allow(self._limits.timeout_s),
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                _require_ok(step, response)
                content = _read(step, response)
                return Answer(content, content.decode("utf-8"), response.request)
        finally:
            _limits.reset(token)


def _session() -> requests.Session:
    """A session for one POST: a kept connection that the wiki drops between two calls would lose
    the second, and a POST is not repeated."""
    session = requests.Session()
    # Neither a netrc entry nor a proxy of the environment takes part in a sign-in.
    session.trust_env = False
    session.mount("http://", _Adapter())
    session.mount("https://", _Adapter())
    return session


def _is_time_out(error: Exception) -> bool:
    """Whether silence within the *body* ended it: ``requests`` calls that a ConnectionError."""
    return bool(error.args) and isinstance(error.args[0], ReadTimeoutError)


def _require_ok(step: Step, response: requests.Response) -> None:
    if response.status_code == requests.codes.ok:
        return
    if response.status_code == requests.codes.too_many_requests:
        raise WikiUnreachable(step, Detail.RATE_LIMITED)
    redirected = 300 <= response.status_code < 400
    raise WikiUnreachable(step, Detail.REDIRECTED if redirected else Detail.HTTP_STATUS)


def _read(step: Step, response: requests.Response) -> bytes:
    content = bytearray()
    for chunk in response.iter_content(_CHUNK_BYTES):
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            raise WikiUnreachable(step, Detail.TOO_LARGE)
    return bytes(content)
