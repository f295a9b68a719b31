# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one way to ask the central wiki about an account: sign-in, worker and sensitive acts use it.

One request an account: ``meta=globaluserinfo`` takes one at a time, and no list of the API tells
global groups, the groups of every wiki and locks together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from oauth.account import GlobalAccount, Signing, fetch_account

TIMEOUT_S: Final = 5.0
"""For the whole of one question."""

RECENT: Final = timedelta(hours=1)
"""An answer is recent enough for a sensitive act for this long."""

LONGEST_TRUSTED: Final = timedelta(hours=24)
"""An answer that is older opens nothing at all. Sessions end before: this is the second lock."""


@dataclass(frozen=True)
class Accounts:
    """``api`` is the api.php that answers; ``noticeboard``, a page there, is looked at where a desk
    wants signatories.
    """

    api: str
    noticeboard: str | None = None

    def ask(self, central_id: int, name: str) -> GlobalAccount | None:
        """The account with that id, which was called ``name`` when it was last heard of; None when
        the wiki shows none. Raises WikiUnreachable.

        One request; a second one only for somebody who was renamed since, where a noticeboard has
        to be looked at under the new name.
        """
        account = self._fetch(central_id, name)
        if account is None or account.signatory is None or account.name == name:
            return account
        return self._fetch(central_id, account.name)

    def _fetch(self, central_id: int, called: str) -> GlobalAccount | None:
        signing = None if self.noticeboard is None else Signing(self.noticeboard, called)
        return fetch_account(
            self.api,
            central_id=central_id,
            signing=signing,
            timeout_s=TIMEOUT_S,
            deadline_s=TIMEOUT_S,
        )
