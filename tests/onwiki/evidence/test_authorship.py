# SPDX-License-Identifier: AGPL-3.0-or-later
"""By one of the named accounts, or by somebody else?"""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from onwiki.accounts import Resolved
from onwiki.evidence import (
    AuthorKind,
    Authorship,
    Exists,
    NotVisible,
    RangeAuthor,
    RangeFound,
    authorship,
)
from onwiki.links import Range, Revision

NOW = datetime(2026, 11, 22, tzinfo=UTC)
EDIT = Exists(
    reference=Revision("enwiki", 8),
    checked_at=NOW,
    revid=8,
    parentid=7,
    pageid=3,
    namespace=3,
    title="User talk:Alice",
    author="Mallory",
    author_id=6,
    central_id=4,
    author_kind=AuthorKind.REGISTERED,
    timestamp=NOW,
    size=10,
    size_change=None,
    minor=False,
)
RANGE = RangeFound(
    reference=Range("enwiki", 7, 9),
    checked_at=NOW,
    pageid=3,
    namespace=3,
    title="User talk:Alice",
    older=7,
    newer=9,
    first=NOW,
    last=NOW,
    edits=2,
    at_least=False,
    authors=(
        RangeAuthor("Mallory", 6, 4, AuthorKind.REGISTERED, 1),
        RangeAuthor("Bob", 5, 3, AuthorKind.REGISTERED, 1),
    ),
    hidden_authors=0,
    reversed=False,
)
MALLORY, BOB = Resolved(4, "Mallory", None), Resolved(3, "Bob", None)


def test_named_account_made_it() -> None:
    assert authorship(EDIT, [BOB, MALLORY]) is Authorship.NAMED


def test_somebody_else_made_it() -> None:
    assert authorship(EDIT, [BOB]) is Authorship.OTHERS


def test_renamed_account_is_still_the_same() -> None:
    assert authorship(EDIT, [Resolved(4, "Old name", None)]) is Authorship.NAMED


def test_old_name_in_new_hands_is_somebody_else() -> None:
    assert authorship(EDIT, [Resolved(99, "Mallory", None)]) is Authorship.OTHERS


@pytest.mark.parametrize("typed", ["Mallory", "mallory", "User:Mallory"])
def test_unresolved_name_is_compared_as_mediawiki_does(typed: str) -> None:
    assert authorship(EDIT, [Resolved(None, typed, None)]) is Authorship.NAMED


def test_address_is_compared_by_its_subnet() -> None:
    edit = replace(
        EDIT, author="2001:DB8:0:0:1:2:3:4", central_id=None, author_kind=AuthorKind.ADDRESS
    )
    assert authorship(edit, [Resolved(None, "2001:db8::9", None)]) is Authorship.NAMED


def test_hidden_and_imported_authors_are_unknown() -> None:
    hidden = replace(EDIT, author=None, central_id=None, author_kind=None)
    imported = replace(EDIT, author="w>Mallory", central_id=None, author_kind=AuthorKind.IMPORTED)
    assert authorship(hidden, [MALLORY]) is Authorship.UNKNOWN
    assert authorship(imported, [MALLORY]) is Authorship.UNKNOWN


def test_range_by_several_people() -> None:
    assert authorship(RANGE, [MALLORY, BOB]) is Authorship.NAMED
    assert authorship(RANGE, [MALLORY]) is Authorship.PARTLY
    assert authorship(RANGE, []) is Authorship.OTHERS
    assert authorship(replace(RANGE, hidden_authors=1), [MALLORY, BOB]) is Authorship.PARTLY


def test_nobody_made_what_is_not_visible() -> None:
    assert authorship(NotVisible(EDIT.reference, NOW), [MALLORY]) is None
