# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which desks an account belongs to, by its rights on the wikis today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from oauth.account import GlobalAccount
from oauth.membership import holds
from service.desks.desk import Desk


def desks_of(account: GlobalAccount, desks: Iterable[Desk], today: date) -> frozenset[str]:
    """Keys of the desks of which ``account`` is a functionary on that day."""
    return frozenset(desk.key for desk in desks if _belongs(account, desk, today))


def _belongs(account: GlobalAccount, desk: Desk, today: date) -> bool:
    """By one of the desk's rules; where it wants signatories, only as one of them. That nobody
    looked at the noticeboard counts as not standing there.
    """
    signed = account.signatory is True or not desk.signatories_only
    return signed and any(holds(rule, account, today) for rule in desk.members)
