# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages, log entries, filter hits and comments: recorded answers and the sandbox."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from onwiki.bot import ApiRefused, BotAccess
from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.evidence import (
    CommentFound,
    Deleted,
    Exists,
    FilterHit,
    Finding,
    Hidden,
    LogFound,
    NotAsked,
    NotChecked,
    NotVisible,
    PageFound,
    Suppressed,
    Uncheckable,
    check,
)
from onwiki.evidence.asking import Asker
from onwiki.evidence.check import check_with
from onwiki.evidence.comments import Signature, signature_of
from onwiki.links import (
    AbuseLogEntry,
    Comment,
    DeletedRevision,
    FlowPost,
    History,
    LogEntry,
    NotEvidence,
    OtherResource,
    Page,
    Reference,
    ShortLink,
    Title,
)
from onwiki.sandbox import logs, revisions
from onwiki.sandbox.store import stamp
from onwiki.sandbox.titles import parse_title
from onwiki.wikis import Wiki
from tests.fixtures_sandbox import Sandbox

AskerOf = Callable[..., tuple[Asker, Any]]
Recording = Callable[[int], dict[str, Any]]

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DB = "sandboxwiki"
EMPTY: dict[str, Any] = {"query": {}}


def entry(logid: int) -> LogEntry:
    return LogEntry("enwiki", logid)


def test_log_entry_tells_who_did_what_to_what(asker_of: AskerOf, recording: Recording) -> None:
    asker, source = asker_of(recording(46), EMPTY)
    found = check_with(asker, [entry(29)], NOW)[entry(29)]
    assert isinstance(found, LogFound)
    assert (found.log_type, found.action) == ("delete", "delete")
    assert (found.author, found.author_id) == ("Func", 7)
    assert found.title == "Attack page about Alice"
    assert source.asked[0]["leids"] == "29"
    assert "details" not in source.asked[0]["leprop"]


def test_log_entries_hidden_suppressed_and_missing(asker_of: AskerOf, recording: Recording) -> None:
    asker, _ = asker_of(recording(45), EMPTY)
    found = check_with(asker, [entry(57), entry(53), entry(29), entry(99999)], NOW)
    assert found[entry(57)] == Suppressed(entry(57), NOW)
    hidden = found[entry(53)]
    assert isinstance(hidden, LogFound)
    assert hidden.hidden == {Hidden.ACTION, Hidden.USER, Hidden.COMMENT}
    assert (hidden.title, hidden.author) == (None, None)
    assert found[entry(99999)] == NotVisible(entry(99999), NOW)


def test_hidden_target_is_dropped_even_when_the_bot_may_see_it(
    asker_of: AskerOf, recording: Recording
) -> None:
    asker, _ = asker_of(recording(53), EMPTY)
    found = check_with(asker, [entry(53)], NOW)
    kept = found[entry(53)]
    assert isinstance(kept, LogFound)
    assert kept.title is None
    assert "Example S" not in repr(found)


def test_wiki_that_answers_with_its_newest_entries_can_not_be_asked(
    asker_of: AskerOf, recording: Recording
) -> None:
    asker, _ = asker_of(recording(46), EMPTY)
    found = check_with(asker, [entry(5), entry(29)], NOW)
    assert isinstance(found[entry(29)], LogFound)
    asker, _ = asker_of(recording(46), EMPTY)
    assert check_with(asker, [entry(5)], NOW) == {
        entry(5): NotChecked(entry(5), NOW, Uncheckable.WIKI)
    }


def test_filter_hit_without_details(asker_of: AskerOf, recording: Recording) -> None:
    ref = AbuseLogEntry("enwiki", 1)
    asker, source = asker_of(recording(64))
    found = check_with(asker, [ref], NOW)[ref]
    assert isinstance(found, FilterHit)
    assert (found.author, found.title) == ("Mallory", "User talk:Alice")
    assert (found.action, found.result, found.revid) == ("edit", "disallow", None)
    assert "details" not in source.asked[0]["aflprop"].split("|")
    assert "filter" not in source.asked[0]["aflprop"].split("|")


def test_filter_hit_that_is_missing_or_that_nobody_keeps(
    asker_of: AskerOf, recording: Recording
) -> None:
    ref = AbuseLogEntry("enwiki", 9999)
    asker, _ = asker_of(recording(65))
    assert check_with(asker, [ref], NOW) == {ref: NotVisible(ref, NOW)}
    asker, _ = asker_of(EMPTY)
    assert check_with(asker, [ref], NOW) == {ref: NotChecked(ref, NOW, Uncheckable.WIKI)}


@pytest.mark.parametrize(
    ("comment_id", "signature"),
    [
        (
            "c-Bar-20240102030400-Heading",
            Signature("Bar", datetime(2024, 1, 2, 3, 4, tzinfo=UTC)),
        ),
        (
            "c-Bar-Baz-20240102030400-Qux-20240101000000",
            Signature("Bar-Baz", datetime(2024, 1, 2, 3, 4, tzinfo=UTC)),
        ),
        ("c-A_b-20240102030405", Signature("A b", datetime(2024, 1, 2, 3, 4, tzinfo=UTC))),
        ("h-Heading-20240102030400", Signature(None, datetime(2024, 1, 2, 3, 4, tzinfo=UTC))),
        (
            "c-12345678901234567-20240102030400",
            Signature("12345678901234567", datetime(2024, 1, 2, 3, 4, tzinfo=UTC)),
        ),
        ("c-Bar-20241302030400", None),
        ("c-Bar", None),
        ("x-Bar-20240102030400", None),
    ],
)
def test_signature_is_read_from_the_id(comment_id: str, signature: Signature | None) -> None:
    assert signature_of(comment_id) == signature


def run(wiki: Wiki, *refs: Reference, bot: BotAccess | None = None) -> dict[Reference, Finding]:
    return dict(check(wiki, refs, bot, NOW, timeout_s=30.0).findings)


def test_pages_by_number_and_by_name(sandbox: Sandbox, first_wiki: Wiki) -> None:
    with sandbox.store.reading() as db:
        page = revisions.page_by_title(db, DB, parse_title("River stones"))
    assert page is not None
    known, unknown = Page(DB, page.id), Page(DB, 987654)
    named = [Title(DB, "user_talk:larkspur"), Title(DB, "Nothing_here"), Title(DB, "Special:Log")]
    found = run(first_wiki, known, unknown, *named)
    first = found[known]
    assert isinstance(first, PageFound)
    assert (first.title, first.latest) == ("River stones", 310000009)
    talk = found[named[0]]
    assert isinstance(talk, PageFound)
    assert talk.title == "User talk:Larkspur"
    assert found[unknown] == NotVisible(unknown, NOW)
    assert found[named[1]] == NotVisible(named[1], NOW)
    assert found[named[2]] == NotChecked(named[2], NOW, Uncheckable.KIND)


def test_page_that_was_moved_away_is_a_redirect(sandbox: Sandbox, first_wiki: Wiki) -> None:
    author = sandbox.account(DB, "Thornbury")
    with sandbox.store.writing() as db:
        moment = stamp(sandbox.store.clock())
        title = parse_title("River pebbles")
        revisions.save(db, DB, title, author, "#REDIRECT [[River stones]]", "", moment)
    ref = Title(DB, "River_pebbles")
    found = run(first_wiki, ref)[ref]
    assert isinstance(found, PageFound)
    assert found.redirect
    assert found.message_key == "finding-page-redirect"


def test_log_and_filter_entries_of_the_sandbox(
    sandbox: Sandbox, first_wiki: Wiki, bot: BotAccess
) -> None:
    with sandbox.store.reading() as db:
        entries = {each.type: each.id for each in logs.entries(db, DB)}
        hit = logs.abuse_entries(db, DB)[0].id
    deletion, suppression = LogEntry(DB, entries["delete"]), LogEntry(DB, entries["suppress"])
    filtered = AbuseLogEntry(DB, hit)
    found = run(first_wiki, deletion, suppression, filtered, bot=bot)
    shown = found[deletion]
    assert isinstance(shown, LogFound)
    assert shown.author == "Pebbleworth"
    assert shown.central_id == sandbox.person("Pebbleworth").id
    assert found[suppression] == NotVisible(suppression, NOW)
    attempt = found[filtered]
    assert isinstance(attempt, FilterHit)
    assert attempt.author == "Brackenridge"


def signed(name: str, moment: datetime) -> str:
    date = f"{moment:%H:%M}, {moment.day} {moment:%B %Y}"
    return f"[[User:{name}|{name}]] ([[User talk:{name}|talk]]) {date} (UTC)"


def comment(sandbox: Sandbox, author: str, signature: str, moment: datetime, words: str) -> None:
    account = sandbox.account(DB, author)
    title = parse_title("User talk:Willowmere")
    with sandbox.store.writing() as db:
        page = revisions.page_by_title(db, DB, title)
        old = revisions.revision(db, DB, page.latest) if page else None
        text = f"{old.text if old else ''}\n\n{words} {signed(signature, moment)}"
        revisions.save(db, DB, title, account, text, "", stamp(moment))


MINUTE = datetime(2026, 10, 20, 8, 15, 20, tzinfo=UTC)


def comment_by(name: str) -> Comment:
    return Comment(DB, f"c-{name}-{MINUTE:%Y%m%d%H%M}00-Hello")


def test_comment_is_resolved_to_its_edit(sandbox: Sandbox, first_wiki: Wiki) -> None:
    comment(sandbox, "Thornbury", "Thornbury", MINUTE, "Go away.")
    ref = comment_by("Thornbury")
    found = run(first_wiki, ref)[ref]
    assert isinstance(found, CommentFound)
    assert found.titles == ("User talk:Willowmere",)
    assert [edit.author for edit in found.edits] == ["Thornbury"]
    assert found.edits[0].central_id == sandbox.person("Thornbury").id
    assert not found.forged
    assert found.message_key == "finding-comment"


def test_forged_signature_shows_who_really_edited(sandbox: Sandbox, first_wiki: Wiki) -> None:
    comment(sandbox, "Brackenridge", "Thornbury", MINUTE, "Go away.")
    ref = comment_by("Thornbury")
    found = run(first_wiki, ref)[ref]
    assert isinstance(found, CommentFound)
    assert found.signed == "Thornbury"
    assert [edit.author for edit in found.edits] == ["Brackenridge"]
    assert found.forged
    assert found.message_key == "finding-comment-signed-by-another"


def test_two_comments_in_a_minute_are_both_named(sandbox: Sandbox, first_wiki: Wiki) -> None:
    for words in ("Go away.", "Now."):
        comment(sandbox, "Thornbury", "Thornbury", MINUTE, words)
    ref = comment_by("Thornbury")
    found = run(first_wiki, ref)[ref]
    assert isinstance(found, CommentFound)
    assert len(found.edits) == 2
    assert found.message_key == "finding-comment-several"


def test_comment_that_is_nowhere_is_not_visible(first_wiki: Wiki) -> None:
    ref = comment_by("Nobody")
    assert run(first_wiki, ref) == {ref: NotVisible(ref, NOW)}


@pytest.mark.parametrize(
    ("ref", "why"),
    [
        (History("enwiki", "Main_Page"), Uncheckable.HISTORY),
        (FlowPost("enwiki", "sq7n0mr1wuf6vd6a"), Uncheckable.FLOW),
        *((NotEvidence("enwiki", other), Uncheckable.OTHER) for other in OtherResource),
        (ShortLink("3Ab"), Uncheckable.KIND),
    ],
)
def test_what_no_wiki_can_say_is_not_asked(
    asker_of: AskerOf, ref: Reference, why: Uncheckable
) -> None:
    asker, source = asker_of()
    assert check_with(asker, [ref], NOW) == {ref: NotChecked(ref, NOW, why)}
    assert source.asked == []


DELETED = DeletedRevision("enwiki", "Attack_page_about_Alice", "20261122073320")
LOGGED = {"title": "Attack page about Alice", "type": "delete", "timestamp": "2026-11-22T07:33:21Z"}


def test_deleted_edit_is_told_by_the_public_log(asker_of: AskerOf) -> None:
    gone = {"pages": [{"ns": 0, "title": LOGGED["title"], "missing": True}], "logevents": [LOGGED]}
    asker, source = asker_of({"query": gone})
    found = check_with(asker, [DELETED], NOW)[DELETED]
    moment = datetime(2026, 11, 22, 7, 33, 21, tzinfo=UTC)
    assert found == Deleted(DELETED, NOW, "Attack page about Alice", moment)
    (asked,) = source.asked
    assert "deletedrevisions" not in asked["prop"], "never with the bot's rights"


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [LOGGED | {"timestamp": "2026-11-22T07:33:19Z"}],
        [{"type": "delete", "timestamp": LOGGED["timestamp"], "actionhidden": True}],
    ],
)
def test_deleted_edit_that_no_log_entry_explains_is_not_visible(
    asker_of: AskerOf, entries: list[dict[str, Any]]
) -> None:
    asker, _ = asker_of({"query": {"logevents": entries}})
    assert check_with(asker, [DELETED], NOW) == {DELETED: NotVisible(DELETED, NOW)}


@pytest.mark.parametrize("ref", [
    DeletedRevision("enwiki", "Main_Page", "99999999999999"),
    DeletedRevision("enwiki", "A|B", "20261122073320"),
])  # fmt: skip
def test_deleted_edit_of_no_time_or_no_title_is_not_asked(
    asker_of: AskerOf, ref: DeletedRevision
) -> None:
    asker, source = asker_of()
    assert check_with(asker, [ref], NOW) == {ref: NotVisible(ref, NOW)}
    assert source.asked == []


def test_deleted_edit_of_the_sandbox(sandbox: Sandbox, first_wiki: Wiki) -> None:
    with sandbox.store.reading() as db:
        (gone,) = [entry for entry in logs.entries(db, DB) if entry.type == "delete"]
    ref = DeletedRevision(DB, str(gone.title).replace(" ", "_"), "20260101000000")
    found = run(first_wiki, ref)[ref]
    assert isinstance(found, Deleted)
    assert found.title == str(gone.title)
    assert stamp(found.deleted_on) == gone.timestamp


def test_restored_edit_is_found_where_it_is_again(sandbox: Sandbox, first_wiki: Wiki) -> None:
    with sandbox.store.reading() as db:
        edit = revisions.revision(db, DB, 310000005)
    assert edit is not None
    digits = "".join(filter(str.isdigit, edit.timestamp))
    ref = DeletedRevision(DB, "User_talk:Larkspur", digits)
    found = run(first_wiki, ref)[ref]
    assert isinstance(found, Exists)
    assert (found.revid, found.author) == (310000005, "Thornbury")


KINDS: list[Reference] = [
    Page("enwiki", 3),
    Title("enwiki", "Main_Page"),
    LogEntry("enwiki", 29),
    AbuseLogEntry("enwiki", 1),
    Comment("enwiki", "c-Bar-20240102030400"),
    DELETED,
]


@pytest.mark.parametrize("ref", KINDS)
def test_failure_is_not_asked_with_its_reason(asker_of: AskerOf, ref: Reference) -> None:
    asker, _ = asker_of(WikiUnavailable(Unavailable.MAXLAG, 5.0))
    assert check_with(asker, [ref], NOW) == {ref: NotAsked(ref, NOW, Unavailable.MAXLAG, 5.0)}


@pytest.mark.parametrize("ref", KINDS)
def test_wikis_refusal_is_not_taken_for_an_answer(asker_of: AskerOf, ref: Reference) -> None:
    asker, _ = asker_of(ApiRefused("readapidenied"))
    assert check_with(asker, [ref], NOW) == {ref: NotAsked(ref, NOW, Unavailable.REFUSED)}


@pytest.mark.parametrize("ref", KINDS)
def test_strange_shapes_are_malformed(asker_of: AskerOf, ref: Reference) -> None:
    strange = {
        "discussiontoolsfindcomment": {"0": 1},
        "query": {"pages": {"1": 2}, "logevents": 5, "abuselog": "x"},
    }
    asker, _ = asker_of(strange, strange)
    assert check_with(asker, [ref], NOW) == {ref: NotAsked(ref, NOW, Unavailable.MALFORMED)}
