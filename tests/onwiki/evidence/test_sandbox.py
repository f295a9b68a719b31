# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checking on the sandbox wiki, through pywikibot and real sockets."""

from datetime import UTC, datetime

import pytest

from onwiki.bot import BotAccess
from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.evidence import (
    AcrossPages,
    Checked,
    Exists,
    Finding,
    Hidden,
    NoNeighbour,
    NotAsked,
    NotChecked,
    NotVisible,
    RangeFound,
    Suppressed,
    Uncheckable,
    check,
)
from onwiki.links import History, Neighbour, Range, Reference, Relative, Revision
from onwiki.wikis import Wiki
from tests.fixtures_sandbox import Sandbox

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DB = "sandboxwiki"
TIMEOUT_S = 30.0


def revision(last_digits: int) -> Revision:
    return Revision(DB, 310000000 + last_digits)


def span(old: int, new: int) -> Range:
    return Range(DB, 310000000 + old, 310000000 + new)


def beside(last_digits: int, to: Neighbour) -> Relative:
    return Relative(DB, 310000000 + last_digits, to)


def run(wiki: Wiki, bot: BotAccess | None, *references: Reference) -> Checked:
    return check(wiki, references, bot, NOW, timeout_s=TIMEOUT_S)


def test_three_links_of_a_report(sandbox: Sandbox, first_wiki: Wiki, bot: BotAccess) -> None:
    missing = revision(999)
    checked = run(first_wiki, bot, revision(5), revision(8), missing)
    attack = checked.findings[revision(5)]
    assert isinstance(attack, Exists)
    assert (attack.author, attack.title) == ("Thornbury", "User talk:Larkspur")
    assert attack.central_id == sandbox.person("Thornbury").id
    assert attack.size_change is not None
    assert attack.size_change > 0
    assert checked.findings[missing] == NotVisible(missing, NOW)
    assert checked.requests == len(sandbox.requests()) == 3
    assert checked.fault is None


def test_hidden_and_suppressed_and_deleted(first_wiki: Wiki, bot: BotAccess) -> None:
    refs = [revision(n) for n in (11, 12, 13, 14, 16)]
    found = run(first_wiki, bot, *refs).findings
    assert found[revision(11)] == Suppressed(revision(11), NOW)
    hidden = [finding.hidden for finding in found.values() if isinstance(finding, Exists)]
    assert hidden == [{Hidden.USER}, {Hidden.COMMENT}, {Hidden.TEXT}]
    assert found[revision(16)] == NotVisible(revision(16), NOW)


def test_text_and_summaries_never_come_along(first_wiki: Wiki, bot: BotAccess) -> None:
    refs = [revision(n) for n in range(1, 25)]
    kept = repr(run(first_wiki, bot, *refs))
    for words in ("worthless", "was removed", "removing attacks", "cleaning up"):
        assert words not in kept


def test_fifty_links_cost_one_request_and_at_most_three_more(
    sandbox: Sandbox, first_wiki: Wiki
) -> None:
    refs = [revision(n) for n in range(1, 51)]
    checked = run(first_wiki, None, *refs, *refs)
    assert checked.requests == len(sandbox.requests()) <= 1 + 3
    assert len(checked.findings) == 50


def test_limit_of_the_account_decides_the_batches(
    sandbox: Sandbox, first_wiki: Wiki, bot: BotAccess
) -> None:
    refs = [revision(n) for n in range(1, 121)]
    run(first_wiki, None, *refs)
    sizes = [len(seen["params"].get("revids", "").split("|")) for seen in sandbox.requests()]
    assert max(sizes) <= 50
    assert len(sizes) <= 3 + 3
    sandbox.forget_requests()
    run(first_wiki, bot, *refs)
    assert len(sandbox.requests()) <= 1 + 3


def found_range(finding: Finding) -> RangeFound:
    assert isinstance(finding, RangeFound)
    return finding


def test_range_names_everybody_in_it(sandbox: Sandbox, first_wiki: Wiki, bot: BotAccess) -> None:
    ref = span(4, 10)
    found = found_range(run(first_wiki, bot, ref).findings[ref])
    edits = {author.name: author.edits for author in found.authors}
    assert edits == {"Thornbury": 3, "Larkspur": 1, "Brackenridge": 1}
    assert found.edits == 5
    assert found.authors[0].central_id == sandbox.person("Thornbury").id
    assert found.message_key == "finding-range-several-authors"
    assert not found.at_least


def test_range_of_one_edit_asks_nothing_more(
    sandbox: Sandbox, first_wiki: Wiki, bot: BotAccess
) -> None:
    ref = span(4, 5)
    found = found_range(run(first_wiki, bot, ref).findings[ref])
    assert [author.name for author in found.authors] == ["Thornbury"]
    assert not any("rvstartid" in seen["params"] for seen in sandbox.requests())


def test_reversed_range_is_said_to_be_reversed(first_wiki: Wiki, bot: BotAccess) -> None:
    ref = span(10, 4)
    found = found_range(run(first_wiki, bot, ref).findings[ref])
    assert (found.reversed, found.edits) == (True, 5)
    assert (found.older, found.newer) == (310000004, 310000010)
    assert found.message_key == "finding-range-reversed"


def test_hidden_author_in_a_range_is_counted_without_a_name(
    first_wiki: Wiki, bot: BotAccess
) -> None:
    ref = span(10, 13)
    found = found_range(run(first_wiki, bot, ref).findings[ref])
    assert found.hidden_authors == 2
    assert found.edits == 3


def test_range_across_pages_is_no_edit(first_wiki: Wiki, bot: BotAccess) -> None:
    ref = span(4, 9)
    found = run(first_wiki, bot, ref).findings[ref]
    assert isinstance(found, AcrossPages)
    assert (found.old.title, found.new.title) == ("User talk:Larkspur", "River stones")


@pytest.mark.parametrize(("ref", "kind"), [(span(4, 999), NotVisible), (span(4, 11), Suppressed)])
def test_range_is_as_visible_as_its_ends(
    first_wiki: Wiki, bot: BotAccess, ref: Range, kind: type[Finding]
) -> None:
    assert type(run(first_wiki, bot, ref).findings[ref]) is kind


def test_neighbours_are_pinned(first_wiki: Wiki, bot: BotAccess) -> None:
    before, after = beside(6, Neighbour.PREV), beside(6, Neighbour.NEXT)
    found = run(first_wiki, bot, before, after).findings
    revids = []
    for finding in (found[before], found[after]):
        assert isinstance(finding, Exists)
        assert finding.pinned
        assert finding.author == "Thornbury"
        revids.append(finding.revid)
    assert revids == [310000005, 310000007]


def test_nothing_comes_before_the_first_edit_or_after_the_latest(
    first_wiki: Wiki, bot: BotAccess
) -> None:
    first, latest = beside(4, Neighbour.PREV), beside(15, Neighbour.NEXT)
    found = run(first_wiki, bot, first, latest).findings
    assert found == {first: NoNeighbour(first, NOW), latest: NoNeighbour(latest, NOW)}


def test_link_to_the_latest_is_pinned_to_what_is_latest_now(
    first_wiki: Wiki, bot: BotAccess
) -> None:
    ref, none_after = beside(2, Neighbour.CUR), beside(9, Neighbour.CUR)
    found = run(first_wiki, bot, ref, none_after).findings
    pinned = found_range(found[ref])
    assert pinned.pinned
    assert (pinned.older, pinned.newer) == (310000002, 310000009)
    alone = found[none_after]
    assert isinstance(alone, Exists)
    assert alone.revid == 310000009


def test_wiki_that_answers_nothing_is_unavailable(
    sandbox: Sandbox, first_wiki: Wiki, bot: BotAccess
) -> None:
    sandbox.fail("503", retry_after=90)
    with pytest.raises(WikiUnavailable) as fault:
        run(first_wiki, bot, revision(5))
    assert (fault.value.reason, fault.value.retry_after_s) == (Unavailable.SERVER_ERROR, 90)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("503", Unavailable.SERVER_ERROR),
        ("502", Unavailable.SERVER_ERROR),
        ("429", Unavailable.RATE_LIMITED),
        ("captcha", Unavailable.CAPTCHA),
        ("readonly", Unavailable.READ_ONLY),
        ("empty", Unavailable.NOT_JSON),
        ("lost-answer", Unavailable.UNREACHABLE),
        ("reset", Unavailable.UNREACHABLE),
        ("html", Unavailable.NOT_JSON),
        ("malformed", Unavailable.NOT_JSON),
        ("maxlag", Unavailable.MAXLAG),
        ("ratelimited", Unavailable.RATE_LIMITED),
        ("redirect", Unavailable.REDIRECTED),
        ("other-wiki", Unavailable.OTHER_WIKI),
    ],
)
def test_question_that_fails_is_unavailable(
    sandbox: Sandbox, first_wiki: Wiki, kind: str, reason: Unavailable
) -> None:
    sandbox.fail(kind, action="query+revisions", times=1)
    with pytest.raises(WikiUnavailable) as fault:
        run(first_wiki, None, revision(5))
    assert fault.value.reason is reason


def test_half_a_batch_is_said_to_be_half(sandbox: Sandbox, first_wiki: Wiki) -> None:
    sandbox.fail("half-batch", action="query+revisions", times=1)
    refs = [revision(n) for n in (4, 5, 6, 7, 999)]
    found = run(first_wiki, None, *refs).findings
    kinds = {type(finding) for finding in found.values()}
    assert kinds == {Exists, NotAsked}
    left_out = [finding for finding in found.values() if isinstance(finding, NotAsked)]
    assert {finding.reason for finding in left_out} == {Unavailable.INCOMPLETE}
    assert found[revision(999)] in left_out, "left out is not the same as missing"


def test_what_was_answered_before_a_failure_stays(sandbox: Sandbox, first_wiki: Wiki) -> None:
    refs = [revision(n) for n in range(1, 101)]
    sandbox.fail("slow", action="query+revisions", times=1, seconds=0.01)
    sandbox.fail("503", action="query+revisions", times=1, retry_after=30)
    checked = run(first_wiki, None, *refs)
    assert isinstance(checked.findings[revision(5)], Exists)
    later = checked.findings[revision(100)]
    assert later == NotAsked(revision(100), NOW, Unavailable.SERVER_ERROR, 30.0)
    assert (checked.fault, checked.retry_after_s) == (Unavailable.SERVER_ERROR, 30.0)


def test_slow_wiki_ends_with_the_time_out(sandbox: Sandbox, first_wiki: Wiki) -> None:
    sandbox.fail("slow", action="query+revisions", seconds=60)
    with pytest.raises(WikiUnavailable) as fault:
        check(first_wiki, [revision(5)], None, NOW, timeout_s=4.0)
    sandbox.recover()
    assert fault.value.reason is Unavailable.TIMEOUT


def test_second_wiki_is_told_from_the_first(
    second_wiki: Wiki, first_wiki: Wiki, bot: BotAccess
) -> None:
    ref = Revision("sandbox2wiki", 480000004)
    found = run(second_wiki, bot, ref).findings[ref]
    assert isinstance(found, Exists)
    assert found.title == "User talk:Quillfeather"


def test_reference_to_another_wiki_is_a_mistake_of_ours(first_wiki: Wiki) -> None:
    with pytest.raises(ValueError, match="another wiki") as refused:
        run(first_wiki, None, Revision("enwiki", 876543210))
    assert "876543210" not in str(refused.value)


def test_nothing_is_asked_about_what_no_wiki_can_answer(sandbox: Sandbox, first_wiki: Wiki) -> None:
    ref = History(DB, "Main_Page")
    checked = run(first_wiki, None, ref)
    assert checked.findings == {ref: NotChecked(ref, NOW, Uncheckable.HISTORY)}
    assert checked.requests == len(sandbox.requests()) == 0
