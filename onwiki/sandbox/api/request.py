# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every API module is given: the wiki, the database, the parameters and who asks."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime

from onwiki.sandbox.accounts import LocalAccount
from onwiki.sandbox.api.parameters import Parameters
from onwiki.sandbox.revisions import Hidden
from onwiki.sandbox.sessions import Session
from onwiki.sandbox.store import stamp
from onwiki.sandbox.wikis import SandboxWiki


@dataclass(frozen=True)
class Caller:
    """Who asks. ``account`` is None for a visitor, who is known by the IP address."""

    account: LocalAccount | None
    ip: str
    session: Session
    rights: frozenset[str]
    by_oauth: bool = False

    @property
    def name(self) -> str:
        return self.account.name if self.account else self.ip

    def may(self, right: str) -> bool:
        return right in self.rights

    def sees(self, hidden: Hidden, part: Hidden) -> bool:
        """Whether a part of a revision or log entry is visible to this caller."""
        if not hidden & part:
            return True
        if hidden & Hidden.RESTRICTED:
            return self.may("viewsuppressed") or self.may("suppressrevision")
        return self.may("deletedtext" if part is Hidden.TEXT else "deletedhistory")


@dataclass
class ApiRequest:
    """One call of api.php, and the warnings that gather on its way."""

    wiki: SandboxWiki
    db: sqlite3.Connection
    params: Parameters
    caller: Caller
    base_url: str
    moment: datetime
    posted: bool
    in_query_string: frozenset[str]
    warnings: dict[str, list[str]] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    logged_in: Session | None = None

    @property
    def now(self) -> str:
        return stamp(self.moment)

    def warn(self, module: str, sentence: str) -> None:
        self.warnings.setdefault(module, []).append(sentence)

    def warn_unrecognized(self, module: str, parameter: str, values: list[str]) -> None:
        """The warning for keywords that this wiki does not know."""
        if values:
            plural = "s" if len(values) > 1 else ""
            listed = ", ".join(values)
            self.warn(module, f'Unrecognized value{plural} for parameter "{parameter}": {listed}.')
