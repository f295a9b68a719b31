# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk as the configuration describes it: who reads there, for which wikis, for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from oauth.membership import Rule

FEWEST_READERS: Final = 2
"""A desk takes reports only while this many readers with vouched keys may open them (DESIGN 6)."""

MOST_READERS: Final = 50
"""What sealing in the browser is measured for, and what a report's fixed-size record holds."""

RETENTION_DAYS: Final = 365
"""How long a desk keeps reports unless it says otherwise."""

_LONGEST_WARNING: Final = 30


@dataclass(frozen=True)
class Desk:
    """A body that receives reports."""

    key: str
    name: str
    purpose: str
    wikis: frozenset[str]
    """dbnames in scope; ``*`` stands for all."""
    members: tuple[Rule, ...]
    coordinators: frozenset[int]
    answer_by_days: int
    retention_days: int
    languages: tuple[str, ...]
    staffed: bool
    elsewhere: str
    voice_age_days: int = 30
    """Age of an account from which it is a voice to others whose reports are held."""
    voice_edits: int = 50
    signatories_only: bool = False
    """Whether only those read here whom the noticeboard links to (``read_noticeboard``)."""

    def ends(self, last_act: date) -> date:
        """The day on which a report is erased whose last act was on that day."""
        return last_act + timedelta(days=self.retention_days)

    @property
    def warns_days(self) -> int:
        """How many days before that its readers are told."""
        return min(_LONGEST_WARNING, self.retention_days // 4)
