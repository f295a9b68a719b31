# SPDX-License-Identifier: AGPL-3.0-or-later
"""The process that runs pywikibot: `python -m onwiki.bot.child`, started by onwiki.bot.session.

It owns one wiki for one task, answers on standard output and ends with its standard input.
Nothing else leaves it: standard error stays silent, and every exception is turned into a word
of a closed list before it reaches the pipe.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO

if os.environ.get("PYWIKIBOT_NO_USER_CONFIG") != "2":
    raise SystemExit("started by onwiki.bot.session only")

import requests
from pywikibot.exceptions import APIError, Error, MaxlagTimeoutError, NoUsernameError

from onwiki.bot.access import BotAccess
from onwiki.bot.protocol import (
    READING_ACTIONS,
    Json,
    WikiAddress,
    clean_code,
    decode,
    encode,
)
from onwiki.bot.request import REQUESTS, OneTryRequest
from onwiki.bot.site import OneWiki, configure, open_site
from onwiki.errors import Unavailable, WikiUnavailable

WORTH_ASKING_AGAIN = {
    "readonly": Unavailable.READ_ONLY,
    "ratelimited": Unavailable.RATE_LIMITED,
    "maxlag": Unavailable.MAXLAG,
}
"""API error codes that say "not now" rather than "no"."""

GRACE_S = 2.0
"""How much longer than the parent's patience this process may live."""


def main() -> int:
    """Serve one parent until it closes the pipe."""
    pipe = sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever prints, it is not part of the protocol
    lines = iter(sys.stdin.buffer)
    first = next(lines, None)
    if first is None:
        return 0
    hello = decode(first)
    timeout_s = float(hello["timeout_s"])
    # A child whose parent was killed must not go on posting while another worker looks for its
    # marker: the process ends itself.
    signal.setitimer(signal.ITIMER_REAL, timeout_s + GRACE_S)
    configure(timeout_s)
    site: OneWiki | None = None

    def start() -> Json:
        nonlocal site
        access = BotAccess.from_wire(hello["access"]) if hello["access"] else None
        site = open_site(WikiAddress(**hello["wiki"]), access, sign_in=bool(hello["sign_in"]))
        name = site.userinfo["name"] if site.logged_in() else None
        limit = 500 if site.logged_in() and site.has_right("apihighlimits") else 50
        return {"ready": {"name": name, "limit": limit}}

    say(pipe, answer_of(start))
    if site is not None:
        serve(site, lines, pipe)
    return 0


def serve(site: OneWiki, lines: Iterator[bytes], pipe: BinaryIO) -> None:
    """Answer one line after the other."""
    for line in lines:
        message = decode(line)
        if "edit" in message:
            say(pipe, answer_of(partial(edit, site, message["edit"])))
        else:
            say(pipe, answer_of(partial(ask, site, message["ask"])))


def ask(site: OneWiki, parameters: dict[str, str]) -> Json:
    """One reading request."""
    if parameters.get("action") not in READING_ACTIONS:
        return {"refused": "not-a-reading-action"}
    return {"answer": OneTryRequest(site=site, parameters=dict(parameters)).submit()}


def edit(site: OneWiki, parameters: dict[str, str]) -> Json:
    """One edit, with a token asked for just before."""
    wanted = {"action": "query", "meta": "tokens", "type": "csrf"}
    tokens = OneTryRequest(site=site, parameters=wanted).submit()
    token = tokens["query"]["tokens"]["csrftoken"]
    full = {**parameters, "action": "edit", "token": token}
    return {"answer": OneTryRequest(site=site, parameters=full).submit()}


def answer_of(act: Callable[[], Json]) -> Json:
    """The edge: whatever happens inside becomes one line without a URL, an id or a name."""
    try:
        message = act()
    except WikiUnavailable as fault:
        message = {"fault": fault.reason.value, "retry_after_s": fault.retry_after_s}
    except NoUsernameError:
        message = {"fault": Unavailable.SIGN_IN_REFUSED.value}
    except MaxlagTimeoutError:
        message = {"fault": Unavailable.MAXLAG.value}
    except APIError as error:
        message = refusal(error.code)
    except requests.RequestException:
        message = {"fault": Unavailable.UNREACHABLE.value}
    except (Error, KeyError, TypeError, ValueError, AssertionError, RuntimeError):
        # pywikibot's ways of meeting an answer that is not what it expected.
        message = {"fault": Unavailable.MALFORMED.value}
    return message | {"requests": REQUESTS.made}


def refusal(code: object) -> Json:
    """An API error: "not now" is a fault, "no" is an answer that the caller understands."""
    name = clean_code(code)
    if name in WORTH_ASKING_AGAIN:
        return {"fault": WORTH_ASKING_AGAIN[name].value}
    if name.startswith("internal_api_error_"):
        return {"fault": Unavailable.SERVER_ERROR.value}
    return {"refused": name}


def say(pipe: BinaryIO, message: Json) -> None:
    pipe.write(encode(message))
    pipe.flush()


if __name__ == "__main__":
    sys.exit(main())
