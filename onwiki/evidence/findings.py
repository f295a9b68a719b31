# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a wiki answered about a reference: a closed family, one class an outcome.

Facts only (DESIGN section 7): never the edit's text, its summary or its hash, and of what is
hidden only that it is hidden. Each finding keeps the time of asking: evidence rots.

A finding says itself in one plain sentence: `message_key` with `parameters` (names, numbers,
times; never markup). A list of parameters that every key gets stands in the class docstrings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from onwiki.errors import Unavailable
from onwiki.links import Reference, Relative, render

Parameter = str | int | datetime | None


class Hidden(StrEnum):
    """A part of a revision or log entry that was hidden with RevisionDelete."""

    TEXT = "text"
    USER = "user"
    COMMENT = "comment"
    ACTION = "action"
    """Log entries only: what was done to what."""


class AuthorKind(StrEnum):
    """What stands behind an author's name."""

    REGISTERED = "registered"
    TEMPORARY = "temporary"
    """A temporary account (`~2026-1`): a browser, for 90 days at most."""
    ADDRESS = "address"
    """An IP address."""
    IMPORTED = "imported"
    """`prefix>Name`: made on another wiki; the name here proves nothing."""


class OneEdit(StrEnum):
    """What a single revision did."""

    CREATION = "creation"
    CHANGE = "change"


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


@dataclass(frozen=True)
class Exists(Finding):
    """One revision that the tool can see.

    `author` is None when the name is hidden; `author_id` is local to the wiki, `central_id`
    survives renames; both are None for addresses and imported edits. `size` and `size_change`
    are bytes; `size_change` is None when the parent's size was not to be had. `title` is what
    the wiki calls the page now. Sentence: author, title, timestamp, size_change, hidden.
    """

    revid: int
    parentid: int
    pageid: int
    namespace: int
    title: str
    author: str | None
    author_id: int | None
    central_id: int | None
    author_kind: AuthorKind | None
    timestamp: datetime
    size: int | None
    size_change: int | None
    minor: bool
    hidden: frozenset[Hidden] = frozenset()

    @property
    def creation(self) -> bool:
        """Whether this revision created the page."""
        return self.parentid == 0

    @property
    def pinned(self) -> bool:
        """Whether the link was a moving target, and this is the revision it meant."""
        return isinstance(self.reference, Relative)

    @property
    def message_key(self) -> str:
        if Hidden.USER in self.hidden:
            return "finding-exists-user-hidden"
        if self.hidden:
            return "finding-exists-partly-hidden"
        if self.author_kind is AuthorKind.IMPORTED:
            return "finding-exists-imported"
        return "finding-exists-creation" if self.creation else "finding-exists"

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        return {
            "author": self.author,
            "title": self.title,
            "timestamp": self.timestamp,
            "size_change": self.size_change,
            "hidden": ", ".join(sorted(part.value for part in self.hidden)),
        }


@dataclass(frozen=True)
class RangeAuthor:
    """Somebody who made `edits` of the edits in a range."""

    name: str
    local_id: int | None
    central_id: int | None
    kind: AuthorKind
    edits: int


@dataclass(frozen=True)
class RangeFound(Finding):
    """All edits after `older` up to and including `newer`, on one page.

    `at_least` says that the page's history went on beyond what was counted. `hidden_authors`
    counts edits whose author is hidden. `reversed` says that the link named the newer first.
    Sentence: edits, authors (their number), author (of a single one), title, first, last.
    """

    pageid: int
    namespace: int
    title: str
    older: int
    newer: int
    first: datetime
    last: datetime
    edits: int
    at_least: bool
    authors: tuple[RangeAuthor, ...]
    hidden_authors: int
    reversed: bool

    @property
    def pinned(self) -> bool:
        """Whether the link meant "to the latest", and `newer` is the latest at `checked_at`."""
        return isinstance(self.reference, Relative)

    @property
    def message_key(self) -> str:
        if self.reversed:
            return "finding-range-reversed"
        if len(self.authors) + (self.hidden_authors > 0) > 1:
            return "finding-range-several-authors"
        if not self.authors:
            return "finding-range-author-hidden"
        return "finding-range"

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        return {
            "edits": self.edits,
            "authors": len(self.authors),
            "author": self.authors[0].name if len(self.authors) == 1 else None,
            "title": self.title,
            "first": self.first,
            "last": self.last,
        }


@dataclass(frozen=True)
class AcrossPages(Finding):
    """A range whose ends are on two pages: a comparison, not an edit. Sentence: both titles."""

    old: Exists
    new: Exists

    @property
    def message_key(self) -> str:
        return "finding-across-pages"

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        return {"old_title": self.old.title, "new_title": self.new.title}


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
    def parameters(self) -> Mapping[str, Parameter]:
        return {"reason": self.reason.value}


class Uncheckable(StrEnum):
    """Why asking again won't help."""

    KIND = "kind"
    """This version of the tool does not check links of this kind."""
    WIKI = "wiki"
    """This wiki's software can't be asked for this (old version, extension missing)."""


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
