# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same findings from the sandbox and from a real MediaWiki."""

from datetime import UTC, datetime

import pytest

from onwiki.bot import BotAccess
from onwiki.evidence import (
    AcrossPages,
    AuthorKind,
    Deleted,
    Exists,
    Finding,
    Hidden,
    NotVisible,
    RangeFound,
    Suppressed,
    check,
)
from onwiki.links import DeletedRevision, Neighbour, Range, Reference, Relative, Revision
from onwiki.wikis import Wiki
from tests.realwiki.interface import ELSEWHERE, Part, WikiUnderTest

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def findings(
    wiki: Wiki, *refs: Reference, bot: BotAccess | None = None
) -> dict[Reference, Finding]:
    return dict(check(wiki, refs, bot, NOW, timeout_s=60.0).findings)


def test_edit_with_author_page_time_and_size(either_wiki: WikiUnderTest, address: Wiki) -> None:
    author = either_wiki.person("Hazelmoor")
    first = either_wiki.edit("Evidence one", "Hazelmoor", "one")
    second = either_wiki.edit("Evidence one", "Hazelmoor", "one two", minor=True)
    made, changed = Revision(either_wiki.dbname, first), Revision(either_wiki.dbname, second)
    found = findings(address, made, changed)
    creation, change = found[made], found[changed]
    assert isinstance(creation, Exists)
    assert isinstance(change, Exists)
    assert creation.creation
    assert creation.size_change == len("one")
    assert (change.author, change.author_id) == ("Hazelmoor", author)
    assert change.author_kind is AuthorKind.REGISTERED
    assert (change.title, change.parentid) == ("Evidence one", first)
    assert (change.size_change, change.minor) == (len(" two"), True)


def test_hidden_parts_suppressed_deleted_and_missing(
    either_wiki: WikiUnderTest, address: Wiki, contract_bot: BotAccess
) -> None:
    db = either_wiki.dbname
    either_wiki.person("Cloverfield")
    revids = [either_wiki.edit("Evidence two", "Cloverfield", f"text {n}") for n in range(5)]
    text, comment, user, everything, _ = (Revision(db, revid) for revid in revids)
    either_wiki.hide(text.revid, Part.TEXT)
    either_wiki.hide(comment.revid, Part.COMMENT)
    either_wiki.hide(user.revid, Part.USER)
    either_wiki.hide(everything.revid, Part.TEXT, Part.COMMENT, Part.USER, suppress=True)
    deleted = Revision(db, either_wiki.edit("Evidence gone", "Cloverfield", "gone"))
    either_wiki.delete("Evidence gone")
    missing = Revision(db, 987654321)
    for bot in (None, contract_bot):
        found = findings(address, text, comment, user, everything, deleted, missing, bot=bot)
        parts = [found[ref] for ref in (text, comment, user)]
        assert [part.hidden for part in parts if isinstance(part, Exists)] == [
            {Hidden.TEXT},
            {Hidden.COMMENT},
            {Hidden.USER},
        ]
        assert found[everything] == Suppressed(everything, NOW)
        assert found[deleted] == NotVisible(deleted, NOW)
        assert found[missing] == NotVisible(missing, NOW)


def test_range_reversed_range_and_range_across_pages(
    either_wiki: WikiUnderTest, address: Wiki
) -> None:
    db = either_wiki.dbname
    for name in ("Brookhazel", "Cloverley"):
        either_wiki.person(name)
    authors = ["Brookhazel", "Cloverley", "Cloverley", "Brookhazel"]
    revids = [
        either_wiki.edit("Evidence three", author, f"text {n}") for n, author in enumerate(authors)
    ]
    elsewhere = either_wiki.edit("Evidence four", "Brookhazel", "other")
    whole = Range(db, revids[0], revids[-1])
    backwards = Range(db, revids[-1], revids[0])
    across = Range(db, revids[0], elsewhere)
    found = findings(address, whole, backwards, across)
    for ref in (whole, backwards):
        one = found[ref]
        assert isinstance(one, RangeFound)
        assert {author.name: author.edits for author in one.authors} == {
            "Cloverley": 2,
            "Brookhazel": 1,
        }
        assert one.reversed == (ref is backwards)
        assert not one.at_least
    assert isinstance(found[across], AcrossPages)


@pytest.mark.parametrize(("to", "place"), [(Neighbour.PREV, 0), (Neighbour.NEXT, 2)])
def test_neighbours(either_wiki: WikiUnderTest, address: Wiki, to: Neighbour, place: int) -> None:
    title, author = f"Evidence beside {to.value}", f"Hazel {to.value}"
    either_wiki.person(author)
    revids = [either_wiki.edit(title, author, f"text {n}") for n in range(3)]
    ref = Relative(either_wiki.dbname, revids[1], to)
    found = findings(address, ref)[ref]
    assert isinstance(found, Exists)
    assert found.revid == revids[place]


def test_latest_is_pinned(either_wiki: WikiUnderTest, address: Wiki) -> None:
    either_wiki.person("Elmstead")
    revids = [either_wiki.edit("Evidence latest", "Elmstead", f"text {n}") for n in range(4)]
    ref = Relative(either_wiki.dbname, revids[1], Neighbour.CUR)
    found = findings(address, ref)[ref]
    assert isinstance(found, RangeFound)
    assert (found.older, found.newer, found.edits) == (revids[1], revids[3], 2)


def test_sixty_links_are_asked_in_two_batches(either_wiki: WikiUnderTest, address: Wiki) -> None:
    either_wiki.person("Batchwood")
    revid = either_wiki.edit("Evidence batch", "Batchwood", "text")
    refs = [Revision(either_wiki.dbname, revid + 100_000 + n) for n in range(59)]
    checked = check(
        address, [Revision(either_wiki.dbname, revid), *refs], None, NOW, timeout_s=60.0
    )
    assert checked.requests <= 2 + 3
    kinds = [type(finding) for finding in checked.findings.values()]
    assert kinds == [Exists] + [NotVisible] * 59


def test_deleted_page_is_told_by_its_log_and_restored_text_is_not_needed(
    either_wiki: WikiUnderTest, address: Wiki, contract_bot: BotAccess
) -> None:
    db = either_wiki.dbname
    either_wiki.person("Elderfield")
    either_wiki.edit("Evidence undelete", "Elderfield", "gone")
    either_wiki.delete("Evidence undelete")
    ref = DeletedRevision(db, "Evidence_undelete", "20200101000000")
    never = DeletedRevision(db, "Evidence_that_never_was", "20200101000000")
    for bot in (None, contract_bot):
        found = findings(address, ref, never, bot=bot)
        told = found[ref]
        assert isinstance(told, Deleted)
        assert told.title == "Evidence undelete"
        assert found[never] == NotVisible(never, NOW)


def test_imported_edit_proves_nothing_about_the_name_here(
    either_wiki: WikiUnderTest, address: Wiki
) -> None:
    either_wiki.person("Vetchling")
    revid = either_wiki.import_edit("Evidence imported", "Vetchling", "from elsewhere")
    cited = Revision(either_wiki.dbname, revid)
    found = findings(address, cited)[cited]
    assert isinstance(found, Exists)
    assert (found.author, found.author_kind) == (f"{ELSEWHERE}>Vetchling", AuthorKind.IMPORTED)
    assert (found.author_id, found.central_id) == (None, None)


def test_moved_page_is_called_as_it_is_now(either_wiki: WikiUnderTest, address: Wiki) -> None:
    either_wiki.person("Hazelmoor")
    revid = either_wiki.edit("Evidence before", "Hazelmoor", "one")
    either_wiki.move("Evidence before", "Evidence after")
    cited = Revision(either_wiki.dbname, revid)
    found = findings(address, cited)[cited]
    assert isinstance(found, Exists)
    assert found.title == "Evidence after"


def test_renamed_author_has_the_new_name_and_the_same_number(
    either_wiki: WikiUnderTest, address: Wiki
) -> None:
    number = either_wiki.person("Bindweed")
    cited = Revision(either_wiki.dbname, either_wiki.edit("Evidence by", "Bindweed", "one"))
    either_wiki.rename("Bindweed", "Convolvulus")
    found = findings(address, cited)[cited]
    assert isinstance(found, Exists)
    assert (found.author, found.author_id) == ("Convolvulus", number)


def test_edit_of_a_blocked_account_is_an_edit_like_others(
    either_wiki: WikiUnderTest, address: Wiki
) -> None:
    number = either_wiki.person("Stonecrop")
    cited = Revision(either_wiki.dbname, either_wiki.edit("Evidence of", "Stonecrop", "one"))
    either_wiki.block("Stonecrop")
    found = findings(address, cited)[cited]
    assert isinstance(found, Exists)
    assert (found.author, found.author_id) == ("Stonecrop", number)
