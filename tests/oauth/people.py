# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented people for the pure rules."""

from datetime import UTC, datetime

from oauth.account import GlobalAccount, LocalAccount
from oauth.identity import Identity


def local(dbname: str, *groups: str, edit_count: int = 50, blocked: bool = False) -> LocalAccount:
    return LocalAccount(dbname, frozenset(groups), edit_count, blocked)


def account(
    *locals_: LocalAccount,
    central_id: int = 7,
    registered: datetime | None = datetime(2015, 6, 12, tzinfo=UTC),
    edit_count: int = 1_000,
    groups: frozenset[str] = frozenset(),
    locked: bool = False,
    hidden: bool = False,
) -> GlobalAccount:
    """An account of long standing without any group, changed as asked."""
    return GlobalAccount(
        central_id=central_id,
        name="Ordinary Person",
        home="enwiki",
        registered=registered,
        edit_count=edit_count,
        groups=groups,
        local={item.dbname: item for item in locals_},
        locked=locked,
        hidden=hidden,
    )


def identity(*, central_id: int = 7, blocked: bool = False) -> Identity:
    return Identity(
        central_id=central_id,
        username="Ordinary Person",
        blocked=blocked,
        edit_count=50,
        registered=None,
        groups=frozenset(),
    )
