# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accounts named in a report: their normal form, and their central id, which survives renames.

`resolve` asks the central wiki with `meta=globaluserinfo`. For reports only the worker calls it
(DESIGN section 3: a wiki that is down never stops a filing); the web does for an account that a
functionary declares, and a command for the one whose sessions it ends.
"""

import json
import time
from dataclasses import dataclass
from typing import Any

import requests

from onwiki.bot.agent import USER_AGENT
from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.names import may_be_account, normalise

__all__ = ["Resolved", "normalise", "resolve"]

LARGEST_ANSWER = 256 * 1024
"""Bytes; a global account with all its wikis would be 200 KiB, and we ask for less."""

NO_SUCH_NAME = frozenset({"baduser", "invaliduser", "invaliduserid", "baduser_guiuser"})


@dataclass(frozen=True)
class Resolved:
    """`central_id` is None when there is no such global account, or none that we may see.

    `name` is the account's current name where it was found, the normalised one otherwise;
    `home` the dbname of the account's home wiki.
    """

    central_id: int | None
    name: str
    home: str | None


def resolve(api_url: str, name: str, timeout_s: float = 5.0) -> Resolved:
    """Ask the central wiki's `api_url` for a name's account. Raises WikiUnavailable.

    Addresses and impossible names are answered without asking. `timeout_s` bounds connecting,
    each silence, and the reading of the body as a whole.
    """
    normal = normalise(name)
    if not may_be_account(normal):
        return Resolved(None, normal, None)
    answer = post(
        api_url,
        {
            "action": "query",
            "meta": "globaluserinfo",
            "guiuser": normal,
            "format": "json",
            "formatversion": "2",
        },
        timeout_s,
    )
    return resolved(answer, normal)


def resolved(answer: dict[str, Any], normal: str) -> Resolved:
    """Read recordings 082 to 088. Raises WikiUnavailable."""
    if "error" in answer:
        error = answer["error"]
        if isinstance(error, dict) and error.get("code") in NO_SUCH_NAME:
            return Resolved(None, normal, None)
        raise WikiUnavailable(Unavailable.REFUSED)
    match answer:
        case {"query": {"globaluserinfo": {"missing": True}}}:
            return Resolved(None, normal, None)
        case {
            "query": {"globaluserinfo": {"id": int(central_id), "name": str(current), **rest}}
        } if type(central_id) is int and central_id > 0:
            home = rest.get("home")
            return Resolved(central_id, current, home if isinstance(home, str) else None)
        case _:
            raise WikiUnavailable(Unavailable.MALFORMED)


def post(api_url: str, data: dict[str, str], timeout_s: float) -> dict[str, Any]:
    """One POST; the name stays out of every URL. Redirects are not followed."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            response = session.post(
                api_url,
                data=data,
                timeout=timeout_s,
                allow_redirects=False,
                stream=True,
                headers={"User-Agent": USER_AGENT},
            )
            with response:
                refuse_status(response)
                body = read_body(response, timeout_s)
        except requests.Timeout:
            raise WikiUnavailable(Unavailable.TIMEOUT) from None
        except (requests.RequestException, OSError):
            raise WikiUnavailable(Unavailable.UNREACHABLE) from None
    try:
        answer = json.loads(body)
    except ValueError:
        raise WikiUnavailable(Unavailable.NOT_JSON) from None
    if not isinstance(answer, dict):
        raise WikiUnavailable(Unavailable.MALFORMED)
    return answer


def refuse_status(response: requests.Response) -> None:
    """Anything but a 200 is no answer."""
    match response.status_code:
        case 200:
            return
        case 429:
            raise WikiUnavailable(Unavailable.RATE_LIMITED)
        case status if 300 <= status < 400:
            raise WikiUnavailable(Unavailable.REDIRECTED)
        case status if status >= 500:
            raise WikiUnavailable(Unavailable.SERVER_ERROR)
        case _:
            raise WikiUnavailable(Unavailable.REFUSED)


def read_body(response: requests.Response, timeout_s: float) -> bytes:
    """The body, unless it is too large or drips for longer than `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    body = bytearray()
    # read1 returns after one read of the socket: a dripping wiki can't hold us for long.
    while chunk := response.raw.read1(16 * 1024, decode_content=True):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise WikiUnavailable(Unavailable.MALFORMED)
        if time.monotonic() > deadline:
            raise WikiUnavailable(Unavailable.TIMEOUT)
    return bytes(body)
