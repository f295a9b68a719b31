# SPDX-License-Identifier: AGPL-3.0-or-later
"""The person whom the wiki names in the JWT of Special:OAuth/identify. Pure.

Signature, audience, expiry, time of issue and nonce have been checked by mwoauth; here the claims
become types. Claims: Extension:OAuth, src/Backend/... UserStatementProvider; recordings 01, 11, 18.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import SplitResult, urlsplit

from oauth.errors import Detail, HiddenAccount, IdentityInvalid, Step, TemporaryAccount

_DIGITS: Final = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_TIMESTAMP: Final = re.compile(r"[0-9]{14}", re.ASCII)
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, repr=False)
class Identity:
    """A signed-in person. ``central_id`` (CentralAuth) never changes; the name does on a rename.

    ``blocked``, ``edit_count``, ``registered`` (UTC, None when the wiki does not know) and
    ``groups`` are those of the wiki that was asked: rights come from ``oauth.account``.
    ``blocked`` is true for partial and global blocks too.
    """

    central_id: int
    username: str
    blocked: bool
    edit_count: int | None
    registered: datetime | None
    groups: frozenset[str]

    def __repr__(self) -> str:
        # A person must not get into a log by way of an f-string or a traceback with locals.
        return "Identity(withheld)"


def from_claims(claims: Mapping[str, object], index_url: str) -> Identity:
    """Read verified claims, issued by the wiki at ``index_url``.

    Raises HiddenAccount when there is no user name (MediaWiki leaves it out when the name is
    hidden), TemporaryAccount, IdentityInvalid when the issuer is another wiki or a claim has
    another type.
    """
    if _origin(claims.get("iss")) != _origin(index_url):
        raise IdentityInvalid(Step.IDENTIFY, Detail.WRONG_ISSUER)
    central_id = _central_id(claims.get("sub"))
    if "username" not in claims:
        raise HiddenAccount(Step.IDENTIFY, Detail.NO_NAME)
    groups = _groups(claims.get("groups"))
    if "temp" in groups:
        # The wiki sends temporary accounts to its sign-up page instead (recording 12).
        raise TemporaryAccount(Step.IDENTIFY, Detail.TEMPORARY)
    return Identity(
        central_id=central_id,
        username=_username(claims["username"]),
        blocked=_flag(claims.get("blocked")),
        edit_count=_count(claims.get("editcount")),
        registered=_moment(claims.get("registered")),
        groups=groups,
    )


def _bad_claims() -> IdentityInvalid:
    return IdentityInvalid(Step.IDENTIFY, Detail.BAD_CLAIMS)


def _origin(url: object) -> tuple[str, str, int | None] | None:
    """Scheme, host and port; None for what is not an http(s) address."""
    if not isinstance(url, str):
        return None
    try:
        parts: SplitResult = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, port or _PORTS[parts.scheme]


def _central_id(sub: object) -> int:
    # A string of digits; "0" stands for an account that CentralAuth does not know.
    if sub in ("0", 0):
        raise IdentityInvalid(Step.IDENTIFY, Detail.NO_CENTRAL_ID)
    if not isinstance(sub, str) or not _DIGITS.fullmatch(sub):
        raise _bad_claims()
    return int(sub)


def _username(value: object) -> str:
    # 255 bytes: MediaWiki's limit for a user name (UserNameUtils, $wgMaxNameChars).
    if not isinstance(value, str) or not value.strip() or len(value.encode()) > 255:
        raise _bad_claims()
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _bad_claims()
    return value


def _count(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _bad_claims()
    return value


def _moment(value: object) -> datetime | None:
    """A MediaWiki timestamp, ``YYYYMMDDHHMMSS`` in UTC; None for old accounts."""
    if value is None:
        return None
    if not isinstance(value, str) or not _TIMESTAMP.fullmatch(value):
        raise _bad_claims()
    try:
        return datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise _bad_claims() from None


def _groups(value: object) -> frozenset[str]:
    if value is None:
        return frozenset()
    if not isinstance(value, list) or not all(isinstance(group, str) for group in value):
        raise _bad_claims()
    return frozenset(value)
