# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the privacy statement and the terms of use name beyond their words: whose rules hold, who to
ask, since when they read as they do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

STATEMENT_SINCE: Final = date(2026, 11, 29)
"""Day of the last change of either page: moved with each change of what they promise."""

CONDUCT_URL: Final = "https://foundation.wikimedia.org/wiki/Policy:Universal_Code_of_Conduct"


@dataclass(frozen=True)
class Policy:
    """A text of the Wikimedia Foundation that holds for what it hosts."""

    message: str
    url: str


PRIVACY_POLICIES: Final = (
    Policy("web-policy-privacy", "https://foundation.wikimedia.org/wiki/Policy:Privacy_policy"),
    Policy("web-policy-retention", "https://meta.wikimedia.org/wiki/Data_retention_guidelines"),
)
TERMS_POLICIES: Final = (
    Policy(
        "web-policy-cloud-terms",
        "https://wikitech.wikimedia.org/wiki/Wikitech:Cloud_Services_End_User_Terms_of_use",
    ),
    Policy("web-policy-terms", "https://foundation.wikimedia.org/wiki/Policy:Terms_of_Use"),
)
