# SPDX-License-Identifier: AGPL-3.0-or-later
"""What came of an attempt to post; a wiki that could not be asked is WikiUnavailable instead."""

from dataclasses import dataclass
from enum import StrEnum


class Refusal(StrEnum):
    """Why nothing was posted, and why trying again soon won't help."""

    RUN_PAGE = "run-page"
    """The run page does not say that the bot may run: missing, changed or unreadable."""
    NO_ACCOUNT = "no-account"
    """Unknown or hidden on this wiki, or no account at all (an address). A page made for a
    hidden name would publish it."""
    LOCKED = "locked"
    NOT_WIKITEXT = "not-wikitext"
    """Flow boards, JSON and the like."""
    REDIRECT = "redirect"
    """Out of the user talk namespace, to nothing, or to another redirect."""
    OPTED_OUT = "opted-out"
    """{{bots}} or {{nobots}}."""
    UNCLEAR = "unclear"
    """Our earlier posts on the page are hidden from us: this one may be among them."""
    PROTECTED = "protected"
    BOT_BLOCKED = "bot-blocked"
    FILTERED = "filtered"
    """An abuse filter, a spam or a title list."""
    CHANGED = "changed"
    """The page was deleted between looking and writing."""
    OTHER = "other"


@dataclass(frozen=True)
class Posted:
    """The notice stands there, made by this attempt."""

    revid: int


@dataclass(frozen=True)
class AlreadyPosted:
    """The notice stands there since an earlier attempt; nothing was written."""

    revid: int


@dataclass(frozen=True)
class Refused:
    """Nothing was written."""

    reason: Refusal


Outcome = Posted | AlreadyPosted | Refused
