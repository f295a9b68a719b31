# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a wiki answered about a reference: a closed family, one class an outcome.

Facts only (DESIGN section 7): never the edit's text, its summary or its hash, and of what is
hidden only that it is hidden. Each finding keeps the time of asking: evidence rots.

A finding says itself in one plain sentence, `message_key` with `parameters` (names, numbers,
times; never markup; see onwiki.evidence.sentences), and perhaps some `remarks`. Those that found
something are in onwiki.evidence.found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from onwiki.errors import Unavailable
from onwiki.links import Reference, RejectReason, render

Parameter = str | int | datetime | None


class Hidden(StrEnum):
    """A part of a revision or log entry that was hidden with RevisionDelete."""

    TEXT = "text"
    USER = "user"
    COMMENT = "comment"
    ACTION = "action"
    """Log entries only: what was done to what."""

    @property
    def remark(self) -> str:
        """Key of the remark that this part is hidden."""
        return f"finding-hidden-{self.value}"


class AuthorKind(StrEnum):
    """What stands behind an author's name."""

    REGISTERED = "registered"
    TEMPORARY = "temporary"
    """A temporary account (`~2026-1`): a browser, for 90 days at most."""
    ADDRESS = "address"
    """An IP address."""
    IMPORTED = "imported"
    """`prefix>Name`: made on another wiki; the name here proves nothing."""


@dataclass(frozen=True)
class Finding:
    """What was asked, and when (aware, UTC)."""

    reference: Reference
    checked_at: datetime

    @property
    def message_key(self) -> str:
        """Key of the sentence."""
        raise NotImplementedError

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """What the sentence is filled with."""
        return {}

    @property
    def remarks(self) -> tuple[str, ...]:
        """Keys of messages without parameters that belong to the main one (REMARKS)."""
        return ()


@dataclass(frozen=True)
class Suppressed(Finding):
    """It exists, and oversighters hid it. Nothing further is kept or shown."""

    @property
    def message_key(self) -> str:
        return "finding-suppressed"


@dataclass(frozen=True)
class NotVisible(Finding):
    """Deleted or never existed: to the tool they look the same. Never call it "fake"."""

    @property
    def message_key(self) -> str:
        return "finding-not-visible"


@dataclass(frozen=True)
class NoNeighbour(Finding):
    """There is no edit before the first one, or after the latest."""

    @property
    def message_key(self) -> str:
        return "finding-no-neighbour"


@dataclass(frozen=True)
class NotAsked(Finding):
    """The wiki could not be asked yet; the worker asks again. Nothing is lost."""

    reason: Unavailable
    retry_after_s: float | None = None

    @property
    def message_key(self) -> str:
        return "finding-not-asked"

    @property
    def remarks(self) -> tuple[str, ...]:
        return (self.reason.message_key,)


class Uncheckable(StrEnum):
    """Why asking again won't help."""

    KIND = "kind"
    """This version of the tool does not check links of this kind."""
    WIKI = "wiki"
    """This wiki's software can't be asked for this (old version, extension missing)."""
    FLOW = "flow"
    """A post of Structured Discussions: the Action API gives its words, not who wrote it when."""
    HISTORY = "history"
    """A list of edits names none of them."""
    OTHER = "other"
    """A list of contributions, a log search, an API: no edit."""


@dataclass(frozen=True)
class NotChecked(Finding):
    """A reference that the tool can't check; a person can."""

    why: Uncheckable

    @property
    def message_key(self) -> str:
        return f"finding-not-checked-{self.why.value}"

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        return {"notation": render(self.reference)}


@dataclass(frozen=True)
class LeadsNowhere(Finding):
    """A short link that leads to nothing that can be evidence; `why` is what a pasted link of that
    address would be refused for. Where it leads is not kept: it may be any address.
    """

    why: RejectReason

    @property
    def message_key(self) -> str:
        return "finding-leads-nowhere"
