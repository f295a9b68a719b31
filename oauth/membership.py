# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which rules an account meets: the bricks of a desk's membership. Pure."""

from dataclasses import dataclass
from datetime import date

from oauth.account import GlobalAccount


@dataclass(frozen=True)
class LocalGroup:
    """Everybody in ``group`` (``suppress``, ``checkuser``, ``arbcom`` …) on the wiki ``dbname``."""

    dbname: str
    group: str


@dataclass(frozen=True)
class GlobalGroup:
    """Everybody in a CentralAuth group (``steward``, ``ombuds`` …)."""

    group: str


@dataclass(frozen=True)
class Listed:
    """One account by central id, for bodies without a group; ``until`` is the last day it holds."""

    central_id: int
    reason: str
    until: date


Rule = LocalGroup | GlobalGroup | Listed


def holds(rule: Rule, account: GlobalAccount, today: date) -> bool:
    """Whether the account meets the rule today (UTC).

    A locked or hidden account meets none: it can use no right on a wiki either.
    """
    if account.locked or account.hidden:
        return False
    match rule:
        case LocalGroup(dbname, group):
            local = account.local.get(dbname)
            return local is not None and group in local.groups
        case GlobalGroup(group):
            return group in account.groups
        case Listed(central_id, _, until):
            return account.central_id == central_id and today <= until
