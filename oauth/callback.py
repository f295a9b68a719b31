# SPDX-License-Identifier: AGPL-3.0-or-later
"""The query that the wiki sends the browser back with, checked before it is used. Pure.

Anybody can make a browser open the callback address. Login fixation (recording 15): whoever began
a handshake and gets somebody else to accept it would sign in as that person, or that person as
him; so a callback counts only if it names the request token of the session it arrives in.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Final, Protocol, runtime_checkable

from oauth.errors import Detail, ForgedCallback, Step

_MAX_LENGTH: Final = 128
"""MediaWiki's tokens and verifiers have 32 characters."""


@runtime_checkable
class _ManyValued(Protocol):
    """What werkzeug's MultiDict can tell and a plain mapping cannot: a parameter given twice."""

    def getlist(self, key: str) -> Sequence[str]: ...


def verifier(expected_token: str, query: Mapping[str, str]) -> str:
    """The ``oauth_verifier`` of a callback that names ``expected_token``.

    Raises ForgedCallback when a parameter is missing, empty or repeated, or when the token is
    another's. Parameters that OAuth does not know are ignored.
    """
    token = _single(query, "oauth_token")
    found = _single(query, "oauth_verifier")
    if not hmac.compare_digest(token.encode(), expected_token.encode()):
        raise ForgedCallback(Step.CALLBACK, Detail.FOREIGN)
    return found


def _single(query: Mapping[str, str], name: str) -> str:
    if isinstance(query, _ManyValued):
        values: Sequence[str] = query.getlist(name)
    else:
        values = [query[name]] if name in query else []
    if len(values) != 1 or not 0 < len(values[0]) <= _MAX_LENGTH or not values[0].isascii():
        raise ForgedCallback(Step.CALLBACK, Detail.MALFORMED)
    return values[0]
