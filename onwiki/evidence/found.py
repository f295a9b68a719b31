# SPDX-License-Identifier: AGPL-3.0-or-later
"""The findings that found something: edits, ranges, pages, log entries, comments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from onwiki.evidence.findings import AuthorKind, Finding, Hidden, Parameter
from onwiki.links import Relative


def remarks_of(kind: AuthorKind | None) -> tuple[str, ...]:
    """What to mind about an author who is no registered account."""
    match kind:
        case AuthorKind.TEMPORARY:
            return ("finding-author-temporary",)
        case AuthorKind.ADDRESS:
            return ("finding-author-address",)
        case _:
            return ()


@dataclass(frozen=True)
class Exists(Finding):
    """One revision that the tool can see.

    `author` is None when the name is hidden; `author_id` is local to the wiki, `central_id`
    survives renames; both are None for addresses and imported edits. `size` and `size_change`
    are bytes; `size_change` is None when the parent's size was not to be had. `title` is what
    the wiki calls the page now. Sentence: author, title, timestamp, size_change.
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
        }

    @property
    def remarks(self) -> tuple[str, ...]:
        pinned = ("finding-pinned",) if self.pinned else ()
        kind = remarks_of(self.author_kind)
        return (*kind, *pinned, *(part.remark for part in sorted(self.hidden)))


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

    @property
    def remarks(self) -> tuple[str, ...]:
        said = {"finding-at-least": self.at_least, "finding-pinned": self.pinned}
        return tuple(key for key, applies in said.items() if applies)


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
class PageFound(Finding):
    """A page that exists. It names no edit: a functionary looks at its history.

    `title` is what the wiki calls it now; `redirect` says that it leads elsewhere today, as a
    page does that was moved. Sentence: title.
    """

    pageid: int
    namespace: int
    title: str
    latest: int
    redirect: bool

    @property
    def message_key(self) -> str:
        return "finding-page-redirect" if self.redirect else "finding-page"

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        return {"title": self.title}


@dataclass(frozen=True)
class Deleted(Finding):
    """An edit of a page that the public log says was deleted, latest `deleted_on`.

    Only the wiki's administrators may see the edit, and so the tool does not ask for it, whatever
    rights its account has: reporters read findings. Sentence: title, deleted_on.
    """

    title: str
    deleted_on: datetime

    @property
    def message_key(self) -> str:
        return "finding-deleted"

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        return {"title": self.title, "deleted_on": self.deleted_on}


@dataclass(frozen=True)
class LogFound(Finding):
    """A public log entry. Its parameters and comment are not kept.

    `log_type` and `action` are MediaWiki's (`block`, `reblock`); `title` None when the action is
    hidden, `author` None when the performer is. Sentence: author, log_type, action, title,
    timestamp.
    """

    logid: int
    log_type: str
    action: str
    title: str | None
    author: str | None
    author_id: int | None
    central_id: int | None
    author_kind: AuthorKind | None
    timestamp: datetime
    hidden: frozenset[Hidden] = frozenset()

    @property
    def message_key(self) -> str:
        if Hidden.USER in self.hidden:
            return "finding-log-user-hidden"
        return "finding-log-action-hidden" if Hidden.ACTION in self.hidden else "finding-log"

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        return {
            "author": self.author,
            "log_type": self.log_type,
            "action": self.action,
            "title": self.title,
            "timestamp": self.timestamp,
        }

    @property
    def remarks(self) -> tuple[str, ...]:
        return (*remarks_of(self.author_kind), *(part.remark for part in sorted(self.hidden)))


@dataclass(frozen=True)
class FilterHit(Finding):
    """An entry of the abuse filter's log: an action that was tried. Nothing of its text is asked.

    `result` is what the filters did (`disallow`, `tag`, empty for nothing); `revid` the edit if
    it was saved. The log gives the account's name only. Sentence: author, action, title, time.
    """

    afl_id: int
    title: str
    author: str
    action: str
    result: str
    revid: int | None
    timestamp: datetime

    @property
    def message_key(self) -> str:
        return "finding-filter-hit"

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        return {
            "author": self.author,
            "action": self.action,
            "result": self.result,
            "title": self.title,
            "timestamp": self.timestamp,
        }


@dataclass(frozen=True)
class CommentFound(Finding):
    """A comment that stands on `titles`, and the edits of the minute in its signature.

    A signature can be forged: `signed` is what it says (None for a heading), `edits` who really
    edited the page in that minute: by the signing account if there is one, by anybody else if
    not. Ids are minute-grained: several edits are all named. Sentence: signed, author (of a
    single edit), title, timestamp, edits (their number).
    """

    titles: tuple[str, ...]
    signed: str | None
    edits: tuple[Exists, ...]

    @property
    def forged(self) -> bool:
        """Whether the page was edited in that minute, but by nobody of the signature's name."""
        others = {edit.author for edit in self.edits if edit.author is not None}
        return self.signed is not None and bool(others) and self.signed not in others

    @property
    def message_key(self) -> str:
        if not self.edits:
            return "finding-comment-edit-unknown"
        if self.forged:
            return "finding-comment-signed-by-another"
        return "finding-comment" if len(self.edits) == 1 else "finding-comment-several"

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        single = self.edits[0] if len(self.edits) == 1 else None
        return {
            "signed": self.signed,
            "author": single.author if single else None,
            "title": self.titles[0],
            "timestamp": single.timestamp if single else None,
            "edits": len(self.edits),
        }
