# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may sign in, and whose reports a functionary looks at first. Pure.

Locked and hidden accounts may not sign in. Blocked and new editors may report: blocks are made in
harassment and retaliation too, and newcomers are its easiest targets. Theirs goes a marked lane.
"""

from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final

from oauth.account import GlobalAccount
from oauth.errors import Detail, HiddenAccount, IdentityInvalid, LockedAccount, Step
from oauth.identity import Identity

# What makes an account "autoconfirmed" on most Wikimedia wikis: $wgAutoConfirmAge, …Count.
NEW_FOR: Final = timedelta(days=4)
NEW_BELOW_EDITS: Final = 10


class Mark(Enum):
    """Why a reporter's lane is marked."""

    BLOCKED = "blocked"
    NEW = "new"


def admit(identity: Identity, account: GlobalAccount | None) -> GlobalAccount:
    """The account that signs in: ``account`` as ``fetch_account`` gave it for the identity.

    Raises HiddenAccount (also for None: somebody who has just signed in exists, so an account that
    is not shown is hidden), LockedAccount, IdentityInvalid when it is somebody else's.
    """
    if account is None:
        raise HiddenAccount(Step.ACCOUNT, Detail.NOT_SHOWN)
    if account.central_id != identity.central_id:
        raise IdentityInvalid(Step.ACCOUNT, Detail.WRONG_ACCOUNT)
    if account.hidden:
        raise HiddenAccount(Step.ACCOUNT, Detail.HIDDEN)
    if account.locked:
        raise LockedAccount(Step.ACCOUNT, Detail.LOCKED)
    return account


def marks(identity: Identity, account: GlobalAccount | None, now: datetime) -> frozenset[Mark]:
    """Why this reporter's lane is marked; empty for the ordinary lane.

    Global blocks are only in the identity, local ones of other wikis only in the account. An
    account whose day of registration is unknown is an old one. Without ``account`` (the wiki did
    not answer) the identity's figures count, and edits that it does not tell are none.
    """
    found = set()
    blocks = [] if account is None else [local.blocked for local in account.local.values()]
    if identity.blocked or any(blocks):
        found.add(Mark.BLOCKED)
    told = identity if account is None else account
    young = told.registered is not None and now.astimezone(UTC) - told.registered < NEW_FOR
    if young or (told.edit_count or 0) < NEW_BELOW_EDITS:
        found.add(Mark.NEW)
    return frozenset(found)
