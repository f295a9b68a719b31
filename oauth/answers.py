# SPDX-License-Identifier: AGPL-3.0-or-later
"""What MediaWiki's OAuth endpoints answer, told apart before mwoauth sees it. Pure.

Every refusal is HTTP 200: ``Error: <HTML-escaped text>`` from initiate and token,
``{"error": key, "message": text}`` from identify. mwoauth turns a refusal of the token endpoint
into a TypeError and anything unknown into an exception that quotes the answer; so the answer is
judged here, and mwoauth gets only what it can read.

Texts and keys: Extension:OAuth (i18n/en.json, lib/OAuthException), recorded from MediaWiki 1.45
under tests/data/wiki/oauth.
"""

import json
import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qs

from oauth.errors import (
    ClockSkew,
    Detail,
    ForgedCallback,
    LockedAccount,
    NoLocalAccount,
    RequestExpired,
    SignInError,
    Step,
    WikiRefused,
    WikiUnreachable,
)

_REFUSALS: Final[Sequence[tuple[str, type[SignInError], Detail]]] = (
    # First hit wins. Codes and keys, the same in every language:
    ("OAuth/Errors#E004", RequestExpired, Detail.EXPIRED),
    ("OAuth/Errors#E009", RequestExpired, Detail.USED_BEFORE),
    ("OAuth/Errors#E010", WikiRefused, Detail.CONSUMER_UNUSABLE),
    ("mwoauth-invalid-authorization-invalid-user", NoLocalAccount, Detail.NOT_ON_THIS_WIKI),
    ("mwoauth-invalid-authorization-blocked-user", LockedAccount, Detail.LOCKED),
    ("mwoauth-invalid-authorization-not-approved", WikiRefused, Detail.CONSUMER_UNUSABLE),
    ("mwoauthdatastore-access-token-not-found", WikiRefused, Detail.NO_GRANT),
    # The protocol's own exceptions, never translated:
    ("Expired timestamp", ClockSkew, Detail.TIMESTAMP),
    ("Nonce already used", RequestExpired, Detail.NONCE_USED),
    ("Invalid signature", WikiRefused, Detail.BAD_SIGNATURE),
    ("Invalid consumer", WikiRefused, Detail.UNKNOWN_CONSUMER),
    # Messages, in the language of the central wiki:
    ("is not approved as a Connected App", WikiRefused, Detail.CONSUMER_UNUSABLE),
    ("oauth_callback must be set", WikiRefused, Detail.CALLBACK_NOT_REGISTERED),
    ("verification code provided was not valid", ForgedCallback, Detail.BAD_VERIFIER),
    ("No token was found matching your request", ForgedCallback, Detail.NEVER_ACCEPTED),
)

_CREDENTIALS: Final = ("oauth_token", "oauth_token_secret")
_JWT: Final = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)


def require_token(step: Step, text: str) -> None:
    """Return if ``text`` is the answer of initiate or token that mwoauth can read.

    Raises the SignInError that the wiki's refusal stands for, WikiUnreachable for anything that is
    neither (a proxy's HTML, an empty body, JSON).
    """
    if text.startswith("Error: "):
        raise _refusal(step, text)
    fields = parse_qs(text)
    if any(len(fields.get(name, [])) != 1 for name in _CREDENTIALS):
        raise WikiUnreachable(step, Detail.UNREADABLE)


def require_identity(step: Step, text: str) -> None:
    """Return if ``text`` has the form of a JWT (verifying it is mwoauth's part).

    Raises as ``require_token`` does.
    """
    if _JWT.fullmatch(text):
        return
    error = _error(text)
    if error is None:
        raise WikiUnreachable(step, Detail.UNREADABLE)
    raise _refusal(step, error)


def _error(text: str) -> str | None:
    """Key and message of identify's JSON error; a message is not always there (recording 13)."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict) or "error" not in answer:
        return None
    return f"{answer['error']}: {answer.get('message')}"


def _refusal(step: Step, text: str) -> SignInError:
    for fragment, kind, detail in _REFUSALS:
        if fragment in text:
            return kind(step, detail)
    return WikiRefused(step, Detail.UNKNOWN_REFUSAL)
