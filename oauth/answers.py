# SPDX-License-Identifier: AGPL-3.0-or-later
"""What MediaWiki's OAuth endpoints answer, told apart before mwoauth sees it. Pure.

Every refusal is HTTP 200: ``Error: <HTML-escaped text>`` from initiate and token,
``{"error": key, "message": text}`` from identify. mwoauth turns a refusal of the token endpoint
into a TypeError and anything unknown into an exception that quotes the answer; so the answer is
judged here, and mwoauth gets only what it can read.

The texts and keys are those of Extension:OAuth (i18n/en.json, Exception classes), recorded from
MediaWiki 1.45 under tests/data/wiki/oauth. The codes E0nn are the same in every language and come
first.
"""

import json
import re
from collections.abc import Sequence
from enum import Enum
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

_Refusal = tuple[str, type[SignInError], Detail]

# First hit wins.
_TEXTS: Final[Sequence[_Refusal]] = (
    ("Help:OAuth/Errors#E004", RequestExpired, Detail.EXPIRED),
    ("Help:OAuth/Errors#E009", RequestExpired, Detail.USED_BEFORE),
    ("Help:OAuth/Errors#E010", WikiRefused, Detail.CONSUMER_UNUSABLE),
    ("Expired timestamp", ClockSkew, Detail.TIMESTAMP),
    ("Nonce already used", RequestExpired, Detail.NONCE_USED),
    ("Invalid signature", WikiRefused, Detail.BAD_SIGNATURE),
    ("Invalid consumer", WikiRefused, Detail.UNKNOWN_CONSUMER),
    ("is not approved as a Connected App", WikiRefused, Detail.CONSUMER_UNUSABLE),
    ("Connected OAuth app not approved", WikiRefused, Detail.CONSUMER_UNUSABLE),
    ("oauth_callback must be set", WikiRefused, Detail.CALLBACK_NOT_REGISTERED),
    ("verification code provided was not valid", ForgedCallback, Detail.BAD_VERIFIER),
    ("No token was found matching your request", ForgedCallback, Detail.NEVER_ACCEPTED),
    ("already been completed", RequestExpired, Detail.USED_BEFORE),
    ("No approved grant was found", WikiRefused, Detail.NO_GRANT),
)

_KEYS: Final[Sequence[_Refusal]] = (
    ("mwoauth-invalid-authorization-invalid-user", NoLocalAccount, Detail.NOT_ON_THIS_WIKI),
    ("mwoauth-invalid-authorization-blocked-user", LockedAccount, Detail.LOCKED),
    ("mwoauth-invalid-authorization-not-approved", WikiRefused, Detail.CONSUMER_UNUSABLE),
    ("mwoauthdatastore-access-token-not-found", WikiRefused, Detail.NO_GRANT),
)

_JWT: Final = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)


class Credentials(Enum):
    """The fields that a token answer must hold, each once."""

    KEY = "oauth_token"
    SECRET = "oauth_token_secret"  # noqa: S105 - the field's name


def require_token(step: Step, text: str) -> None:
    """Return if ``text`` is the answer of initiate or token that mwoauth can read.

    Raises the SignInError that the wiki's refusal stands for, WikiUnreachable for anything that is
    neither (a proxy's HTML, an empty body, JSON).
    """
    if text.startswith("Error: "):
        raise _refusal(step, text, _TEXTS)
    fields = parse_qs(text)
    if any(len(fields.get(name.value, [])) != 1 for name in Credentials):
        raise WikiUnreachable(step, Detail.UNREADABLE)


def require_identity(step: Step, text: str) -> None:
    """Return if ``text`` has the form of a JWT (verifying it is mwoauth's part).

    Raises as ``require_token`` does.
    """
    if _JWT.fullmatch(text):
        return
    error, message = _error_pair(text)
    if error is None:
        raise WikiUnreachable(step, Detail.UNREADABLE)
    if error in {key for key, _, _ in _KEYS}:
        raise _refusal(step, error, _KEYS)
    raise _refusal(step, message, _TEXTS)


def _error_pair(text: str) -> tuple[str | None, str]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return None, ""
    if not isinstance(answer, dict) or not isinstance(answer.get("error"), str):
        return None, ""
    message = answer.get("message")
    return answer["error"], message if isinstance(message, str) else ""


def _refusal(step: Step, text: str, table: Sequence[_Refusal]) -> SignInError:
    for fragment, kind, detail in table:
        if fragment in text:
            return kind(step, detail)
    return WikiRefused(step, Detail.UNKNOWN_REFUSAL)
