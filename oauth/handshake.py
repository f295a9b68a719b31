# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sign-in with MediaWiki's OAuth 1.0a: two calls, and nothing kept between or after them.

``begin`` gives the address to send the browser to and the request token, which the caller keeps in
the browser's session, on the server, and takes out of it when the callback comes. ``finish`` turns
the callback into an Identity. The access token is dropped where it arrives: it says who somebody
is, we ask once, and there is nothing to steal later.

A person who cancels on the wiki is never sent back (recording 03), nor is one who accepts after
the request token expired (07): an unfinished handshake just ages.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, Self, TypeVar, cast
from urllib.parse import urlencode

import jwt
from mwoauth.errors import OAuthException
from mwoauth.handshaker import Handshaker
from mwoauth.tokens import AccessToken, ConsumerToken
from mwoauth.tokens import RequestToken as MwRequestToken

from oauth import callback as callbacks
from oauth.conversation import Conversation, conversation
from oauth.errors import (
    ClockSkew,
    Detail,
    IdentityInvalid,
    NotARequestToken,
    SignInError,
    Step,
    WikiUnreachable,
)
from oauth.identity import Identity, from_claims
from oauth.transport import USER_AGENT, Exchange

_T = TypeVar("_T")

REQUEST_TOKEN_LIFETIME_S: Final = 600
"""Extension:OAuth forgets a request token after ten minutes (MWOAuthServer::request_token)."""

LEEWAY_S: Final = 10.0
"""How far the clocks may differ when the identity's times are checked; mwoauth's default."""

# All that mwoauth lets through when an answer has the right form and the wrong content.
_MWOAUTH_FAILURES: Final = (
    OAuthException,
    jwt.PyJWTError,
    TypeError,
    KeyError,
    AttributeError,
    ValueError,
    RecursionError,
)


class _Handshaker(Protocol):
    """mwoauth.Handshaker, which has no annotations."""

    def initiate(self) -> tuple[str, MwRequestToken]: ...

    def complete(self, request_token: MwRequestToken, response_qs: str) -> AccessToken: ...

    def identify(self, access_token: AccessToken, leeway: float) -> Mapping[str, object]: ...


@dataclass(frozen=True)
class Consumer:
    """The tool, as registered on the central wiki."""

    key: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class RequestToken:
    """The temporary credentials of one handshake: good for 600 s and for one use."""

    key: str = field(repr=False)
    secret: str = field(repr=False)

    def to_json(self) -> dict[str, str]:
        """For a session that is kept on the server, sealed at rest."""
        return {"key": self.key, "secret": self.secret}

    @classmethod
    def from_json(cls, value: object) -> Self:
        """The inverse of ``to_json``. Raises NotARequestToken."""
        match value:
            case {"key": str(key), "secret": str(secret), **rest} if key and secret and not rest:
                return cls(key, secret)
        raise NotARequestToken


@dataclass(frozen=True)
class Begun:
    """Where to send the browser, and what its session has to keep until it comes back."""

    authorize_url: str = field(repr=False)
    request_token: RequestToken


class Handshake:
    """The tool's side of the handshake with one wiki. Stateless: any thread, any replica.

    ``index_url`` is the wiki's ``index.php``; ``callback`` the exact address registered with the
    consumer, never one made from a request. ``timeout_s`` ends a silence, ``deadline_s`` each of
    ``begin`` and ``finish`` as a whole.
    """

    def __init__(
        self,
        index_url: str,
        consumer: Consumer,
        callback: str,
        *,
        timeout_s: float = 5.0,
        deadline_s: float = 10.0,
        user_agent: str = USER_AGENT,
    ) -> None:
        self._index_url = index_url
        self._consumer = consumer
        self._timeout_s = timeout_s
        self._deadline_s = deadline_s
        self._user_agent = user_agent
        self._handshaker = cast("Callable[..., _Handshaker]", Handshaker)(
            index_url,
            ConsumerToken(consumer.key, consumer.secret),
            callback=callback,
            user_agent=user_agent,
        )

    def _exchange(self) -> Exchange:
        return Exchange(self._timeout_s, self._deadline_s, self._user_agent)

    def begin(self) -> Begun:
        """Ask the wiki for a request token.

        Raises WikiUnreachable, WikiRefused, ClockSkew, RequestExpired (nonce already seen).
        """
        unread = WikiUnreachable(Step.INITIATE, Detail.UNREADABLE)
        with conversation(self._exchange()):
            url, token = _speak(self._handshaker.initiate, lambda: unread)
        return Begun(url, RequestToken(token.key, token.secret))

    def finish(self, request_token: RequestToken, query: Mapping[str, str]) -> Identity:
        """Turn the callback's query into the person who accepted.

        ``request_token`` is the one that this browser's session began with, already taken out of
        it; ``query`` the arguments of the callback (a MultiDict shows repeated ones).
        Raises any SignInError.
        """
        verifier = callbacks.verifier(request_token.key, query)
        with conversation(self._exchange()) as talk:
            access_token = self._complete(request_token, verifier)
            claims = _speak(
                lambda: self._handshaker.identify(access_token, LEEWAY_S),
                lambda: self._unverified(talk),
            )
        return from_claims(claims, self._index_url)

    def _complete(self, token: RequestToken, verifier: str) -> AccessToken:
        query = urlencode({"oauth_token": token.key, "oauth_verifier": verifier})
        unread = WikiUnreachable(Step.COMPLETE, Detail.UNREADABLE)
        return _speak(
            lambda: self._handshaker.complete(MwRequestToken(token.key, token.secret), query),
            lambda: unread,
        )

    def _unverified(self, talk: Conversation) -> SignInError:
        """Why mwoauth did not take the identity. For a wrong clock its own text blames the wiki."""
        if talk.last is not None and self._is_only_late_or_early(talk.last.content):
            return ClockSkew(Step.IDENTIFY, Detail.CLAIM_TIMES)
        return IdentityInvalid(Step.IDENTIFY, Detail.NOT_VERIFIED)

    def _is_only_late_or_early(self, token: bytes) -> bool:
        """Whether the wiki signed this for us, at a time that our clock does not agree with."""
        try:
            claims = jwt.decode(
                token,
                self._consumer.secret,
                algorithms=["HS256"],
                audience=self._consumer.key,
                options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
            issued, expires = float(claims["iat"]), float(claims["exp"])
        except _MWOAUTH_FAILURES:
            return False
        now = time.time()
        return now < issued - LEEWAY_S or now >= expires + LEEWAY_S


def _speak(call: Callable[[], _T], failed: Callable[[], SignInError]) -> _T:
    """The result of a call of mwoauth, or ``failed()`` raised for whatever it raises.

    mwoauth's texts quote tokens and pieces of identities. Raised outside the handler, ours does
    not carry them along, not even as its context.
    """
    try:
        return call()
    except _MWOAUTH_FAILURES:
        pass
    raise failed()
