# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a short link leads: one request to the shortener, its answer read as a pasted link is.

UrlShortener answers a code with a redirect to the address that was shortened (HTTP 301) and an
unknown one with 404. The redirect is not followed: its Location is recognised, once, and must be a
link to a wiki of the allow-list like any other.
"""

from __future__ import annotations

from typing import Final

from onwiki.errors import WikiUnavailable
from onwiki.exchange import Place, exchange, failure_of
from onwiki.links import Reference, Rejection, RejectReason, ShortLink, recognise
from onwiki.wikis import WikiList

TIMEOUT_S: Final = 5.0

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_NOBODYS: Final = frozenset({404, 410})
_MOST_BYTES: Final = 0
"""Of a body; the answer to HEAD has none."""


def lead_of(
    link: ShortLink, wikis: WikiList, *, timeout_s: float = TIMEOUT_S
) -> Reference | Rejection:
    """What the short link points at. Raises WikiUnavailable: ask later.

    A code that nobody made is `bad-id`; one that leads to another short link is `malformed`.
    """
    server = wikis.shortener
    place = Place(server.scheme, server.host, server.port)
    target = server.target(link.code)
    answer = exchange(place, "HEAD", target, timeout_s=timeout_s, most_bytes=_MOST_BYTES)
    if answer.status in _NOBODYS:
        return Rejection(RejectReason.BAD_ID)
    if answer.status not in _REDIRECTS or answer.location is None:
        raise WikiUnavailable(failure_of(answer.status))
    found = recognise(answer.location, wikis)
    return Rejection(RejectReason.MALFORMED) if isinstance(found, ShortLink) else found
