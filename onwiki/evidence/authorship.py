# SPDX-License-Identifier: AGPL-3.0-or-later
"""Was it one of the accounts that the reporter named? Pure.

By central id where both sides have one: a typed name may be an old one, and the old name of a
renamed account can be somebody else's by now (OAUTH.md). By normalised name otherwise.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from onwiki.accounts import Resolved
from onwiki.evidence.findings import AuthorKind, Finding
from onwiki.evidence.found import CommentFound, Exists, FilterHit, LogFound, RangeFound
from onwiki.names import normalise


class Authorship(StrEnum):
    """The sentence that follows a finding's own."""

    NAMED = "named"
    """By an account that was named, and nobody else."""
    PARTLY = "partly"
    """By several people, some of whom were named."""
    OTHERS = "others"
    """Made by another account, not by one that was named."""
    UNKNOWN = "unknown"
    """The author is hidden, or was imported from another wiki."""

    @property
    def message_key(self) -> str:
        return f"finding-author-{self.value}"


@dataclass(frozen=True)
class Author:
    """Whoever made one edit; all None when hidden."""

    name: str | None
    central_id: int | None
    kind: AuthorKind | None


def authorship(finding: Finding, named: Collection[Resolved]) -> Authorship | None:
    """Compare a finding's authors with the named accounts; None where nobody made anything."""
    verdicts = {verdict_on(author, named) for author in authors_of(finding)}
    if not verdicts:
        return None
    if len(verdicts) == 1:
        return verdicts.pop()
    return Authorship.PARTLY if Authorship.NAMED in verdicts else Authorship.OTHERS


def verdict_on(author: Author, named: Collection[Resolved]) -> Authorship:
    if author.name is None or author.kind is AuthorKind.IMPORTED:
        return Authorship.UNKNOWN
    same = any(is_same(author, author.name, account) for account in named)
    return Authorship.NAMED if same else Authorship.OTHERS


def is_same(author: Author, name: str, account: Resolved) -> bool:
    """Two known central ids decide; a name only where one of them is missing."""
    if author.central_id is not None and account.central_id is not None:
        return author.central_id == account.central_id
    return normalise(name) == normalise(account.name)


def authors_of(finding: Finding) -> Iterator[Author]:
    """Everybody who made what was found. A comparison across pages is nobody's edit."""
    match finding:
        case Exists() | LogFound():
            yield Author(finding.author, finding.central_id, finding.author_kind)
        case FilterHit(author=name):
            yield Author(name, None, None)
        case RangeFound():
            for one in finding.authors:
                yield Author(one.name, one.central_id, one.kind)
            if finding.hidden_authors:
                yield Author(None, None, None)
        case CommentFound():
            for edit in finding.edits:
                yield from authors_of(edit)
        case _:
            return
