# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every variable of the environment: what it holds, what holds without it, whether it is secret.

A test compares this list with the code that reads them, and with the list for operators in
``toolforge/environment.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PREFIX: Final = "CS_"
FILE_SUFFIX: Final = "_FILE"
"""``CS_SECRET_KEY_FILE`` names a file that holds ``CS_SECRET_KEY``; for secrets only."""

_OF_THE_SANDBOX: Final = frozenset({"CS_SANDBOX_CONTROL_TOKEN"})
"""Read by the wikis of the demo and the tests, not by the tool."""


@dataclass(frozen=True)
class Variable:
    """One variable; ``otherwise`` says what holds without it, and is empty where it is needed."""

    name: str
    holds: str
    otherwise: str = ""
    secret: bool = False


VARIABLES: Final = (
    Variable("CS_BASE_URL", "public address, without a path"),
    Variable(
        "CS_DATABASE_URL", "SQLAlchemy address of the database, with its password", secret=True
    ),
    Variable("CS_SECRET_KEY", "key of the sessions", secret=True),
    Variable("CS_AT_REST_KEYS", "keys that seal columns, the newest first", secret=True),
    Variable("CS_MATCH_KEYS", "keys of the tokens, the newest first", secret=True),
    Variable("CS_OAUTH_WIKI", "index.php of the wiki that people sign in with"),
    Variable("CS_OAUTH_CONSUMER_KEY", "key of the consumer that only identifies"),
    Variable("CS_OAUTH_CONSUMER_SECRET", "its secret", secret=True),
    Variable("CS_DESKS", "path of desks.toml"),
    Variable("CS_CONTACT", "where people write about privacy: an e-mail address or a page"),
    Variable("CS_BOT_NAME", "user name of the bot"),
    Variable("CS_BOT_CONSUMER_KEY", "the bot's owner-only consumer"),
    Variable("CS_BOT_CONSUMER_SECRET", "its secret", secret=True),
    Variable("CS_BOT_ACCESS_KEY", "its access token"),
    Variable("CS_BOT_ACCESS_SECRET", "the token's secret", secret=True),
    Variable(
        "CS_BOT_PASSWORD",
        "a bot password, in place of the consumer; never on Wikimedia",
        "the consumer is used",
        secret=True,
    ),
    Variable("CS_BOT_RUN_PAGE", "page that switches the bot on, on each wiki", "User:BOT/Run"),
    Variable("CS_META_API", "api.php that answers globaluserinfo", "the one beside CS_OAUTH_WIKI"),
    Variable("CS_EXTRA_WIKIS", "path of a JSON list of further wikis", "Wikimedia's wikis only"),
    Variable("CS_ROSTER_PAGE", "title of the pinned roster page", "browsers compare with nothing"),
    Variable("CS_LEAVE_URL", "neutral page of “Leave now”", "Wikipedia's first page"),
    Variable("CS_QUOTA_REPORTS", "reports that one person may file", "5"),
    Variable("CS_QUOTA_DAYS", "in how many days", "30"),
    Variable("CS_BACKUP_RECIPIENT", "age recipient of the backups", "no backup can be made"),
    Variable("CS_BACKUP_DAYS", "how long backups are kept at most", "90"),
    Variable("CS_TRUSTED_PROXIES", "proxies in front that set X-Forwarded-Proto", "0"),
    Variable("CS_METRICS_PORT", "port of the metrics, another one than the pages'", "no metrics"),
    Variable("CS_METRICS_HOST", "address that the metrics listen on", "127.0.0.1"),
    Variable("CS_DEMO", "1 for the demo", "production"),
)

SECRETS: Final = tuple(one.name for one in VARIABLES if one.secret)


def unknown(environ: Mapping[str, str]) -> list[str]:
    """Names with our prefix that nothing reads: most likely misspelt."""
    known = {one.name for one in VARIABLES} | {f"{name}{FILE_SUFFIX}" for name in SECRETS}
    ours = {name for name in environ if name.startswith(PREFIX)}
    return sorted(ours - known - _OF_THE_SANDBOX)
