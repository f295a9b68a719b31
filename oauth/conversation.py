# SPDX-License-Identifier: AGPL-3.0-or-later
"""mwoauth on our transport.

mwoauth 0.4.0 calls ``requests.post`` without a time-out and follows redirects. It looks the name
``requests`` up in its module, so a stand-in is put there, once, at import. The stand-in hands each
call to the conversation of the current thread, and judges the answer before mwoauth reads it.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import mwoauth.functions
from requests.auth import AuthBase

from oauth import answers
from oauth.errors import Step
from oauth.transport import Answer, Exchange

_STEPS: Final[Mapping[str, Step]] = {
    "Special:OAuth/initiate": Step.INITIATE,
    "Special:OAuth/token": Step.COMPLETE,
    "Special:OAuth/identify": Step.IDENTIFY,
}

# At DEBUG these write the Authorization header, the signature base string and pieces of answers
# that they could not parse; a root logger at DEBUG would be enough to let them.
_LOUD_LOGGERS: Final = ("oauthlib", "requests_oauthlib", "urllib3.connection")


class Conversation:
    """One handshake step's exchange with the wiki, and the last thing the wiki said in it."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.last: Answer | None = None

    def post(self, url: str, params: Mapping[str, str], auth: AuthBase) -> Answer:
        """Send what mwoauth wants sent. Raises the SignInError that the answer stands for."""
        step = _STEPS[params["title"]]
        answer = self._exchange.post(step, url, params=params, auth=auth)
        if step is Step.IDENTIFY:
            answers.require_identity(step, answer.text)
        else:
            answers.require_token(step, answer.text)
        self.last = answer
        return answer


_current: ContextVar[Conversation] = ContextVar("oauth.conversation.current")


@contextmanager
def conversation(exchange: Exchange) -> Iterator[Conversation]:
    """Within the block, what mwoauth sends in this thread goes through ``exchange``."""
    talk = Conversation(exchange)
    token = _current.set(talk)
    try:
        yield talk
    finally:
        _current.reset(token)


class _Requests:
    """What mwoauth finds under the name ``requests``. Outside a conversation: LookupError."""

    @staticmethod
    def post(
        url: str,
        params: Mapping[str, str],
        auth: AuthBase,
        headers: Mapping[str, str],  # noqa: ARG004 - mwoauth's; the exchange sets the User-Agent
    ) -> Answer:
        return _current.get().post(url, params, auth)


def _install() -> None:
    vars(mwoauth.functions)["requests"] = _Requests
    for name in _LOUD_LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)


_install()
