# SPDX-License-Identifier: AGPL-3.0-or-later
"""Findings from what MediaWiki 1.45 really answered."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.evidence import (
    AuthorKind,
    Exists,
    Hidden,
    NotAsked,
    NotVisible,
    Suppressed,
)
from onwiki.evidence.asking import Asker
from onwiki.evidence.check import check_with
from onwiki.links import Revision

AskerOf = Callable[..., tuple[Asker, Any]]
Recording = Callable[[int], dict[str, Any]]

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EMPTY = {"batchcomplete": True, "query": {}}
CENTRAL = {
    "query": {
        "users": [
            {
                "userid": 6,
                "name": "Mallory",
                "centralids": {"CentralAuth": 4, "local": 6},
                "attachedlocal": {"CentralAuth": True, "local": True},
            }
        ]
    }
}
PLAIN = Revision("enwiki", 8)


def test_plain_revision_tells_page_author_and_time(asker_of: AskerOf, recording: Recording) -> None:
    asker, _ = asker_of(recording(1), CENTRAL)
    finding = check_with(asker, [PLAIN], NOW)[PLAIN]
    assert isinstance(finding, Exists)
    assert (finding.title, finding.pageid, finding.revid) == ("User talk:Alice", 3, 8)
    assert (finding.author, finding.author_id, finding.central_id) == ("Mallory", 6, 4)
    assert finding.author_kind is AuthorKind.REGISTERED
    assert finding.timestamp == datetime(2026, 11, 22, 7, 33, 26, tzinfo=UTC)
    assert finding.message_key == "finding-exists"
    assert finding.checked_at == NOW


@pytest.mark.parametrize(
    ("number", "revid", "hidden"),
    [
        (5, 12, Hidden.USER),
        (6, 12, Hidden.USER),
        (7, 13, Hidden.COMMENT),
        (8, 14, Hidden.TEXT),
    ],
)
def test_hidden_part_is_named(
    asker_of: AskerOf, recording: Recording, number: int, revid: int, hidden: Hidden
) -> None:
    asker, _ = asker_of(recording(number), EMPTY)
    ref = Revision("enwiki", revid)
    finding = check_with(asker, [ref], NOW)[ref]
    assert isinstance(finding, Exists)
    assert finding.hidden == {hidden}


def test_hidden_author_is_not_kept_even_when_the_bot_may_see_it(
    asker_of: AskerOf, recording: Recording
) -> None:
    asker, source = asker_of(recording(6), EMPTY)
    ref = Revision("enwiki", 12)
    finding = check_with(asker, [ref], NOW)[ref]
    assert isinstance(finding, Exists)
    assert (finding.author, finding.author_id, finding.central_id) == (None, None, None)
    assert not any("ususerids" in asked for asked in source.asked)


@pytest.mark.parametrize("number", [10, 11, 12, 13])
def test_suppressed_revision_shows_nothing_further(
    asker_of: AskerOf, recording: Recording, number: int
) -> None:
    asker, source = asker_of(recording(number))
    ref = Revision("enwiki", 15)
    assert check_with(asker, [ref], NOW) == {ref: Suppressed(ref, NOW)}
    assert len(source.asked) == 1


@pytest.mark.parametrize(("number", "revid"), [(4, 999999), (14, 17), (15, 17), (23, 0)])
def test_missing_and_deleted_look_the_same(
    asker_of: AskerOf, recording: Recording, number: int, revid: int
) -> None:
    asker, _ = asker_of(recording(number))
    ref = Revision("enwiki", revid)
    assert check_with(asker, [ref], NOW) == {ref: NotVisible(ref, NOW)}


def test_mixed_batch_gives_one_finding_each(asker_of: AskerOf, recording: Recording) -> None:
    asker, source = asker_of(recording(18), EMPTY)
    refs = [Revision("enwiki", revid) for revid in (8, 999999, 12, 15, 17, 2, 8)]
    findings = check_with(asker, refs, NOW)
    assert [type(findings[ref]) for ref in refs] == [
        Exists,
        NotVisible,
        Exists,
        Suppressed,
        NotVisible,
        Exists,
        Exists,
    ]
    creation = findings[Revision("enwiki", 2)]
    assert isinstance(creation, Exists)
    assert creation.creation
    assert source.asked[0]["revids"] == "8|999999|12|15|17|2"


def test_left_out_revision_is_not_asked_rather_than_missing(
    asker_of: AskerOf, recording: Recording
) -> None:
    asker, _ = asker_of(recording(1), EMPTY)
    left_out = Revision("enwiki", 9)
    findings = check_with(asker, [PLAIN, left_out], NOW)
    assert isinstance(findings[PLAIN], Exists)
    assert findings[left_out] == NotAsked(left_out, NOW, Unavailable.INCOMPLETE)


def test_temporary_account_is_named_as_such(asker_of: AskerOf, recording: Recording) -> None:
    answer = recording(27)
    revid = answer["query"]["pages"][0]["revisions"][0]["revid"]
    asker, _ = asker_of(answer, EMPTY)
    ref = Revision("enwiki", revid)
    finding = check_with(asker, [ref], NOW)[ref]
    assert isinstance(finding, Exists)
    assert finding.author_kind is AuthorKind.TEMPORARY


def test_neither_summary_nor_hash_is_kept(asker_of: AskerOf, recording: Recording) -> None:
    asker, _ = asker_of(recording(13), EMPTY)
    ref = Revision("enwiki", 15)
    assert "address" not in repr(check_with(asker, [ref], NOW))
    asker, _ = asker_of(recording(3), EMPTY)
    revision = recording(3)["query"]["pages"][0]["revisions"][0]
    ref = Revision("enwiki", revision["revid"])
    kept = repr(check_with(asker, [ref], NOW))
    assert revision["sha1"] not in kept


def test_later_batches_fail_without_taking_the_first_along(
    asker_of: AskerOf, recording: Recording
) -> None:
    fault = WikiUnavailable(Unavailable.SERVER_ERROR, 30.0)
    asker, source = asker_of(recording(1), fault, limit=1)
    later, last = Revision("enwiki", 9), Revision("enwiki", 10)
    findings = check_with(asker, [PLAIN, later, last], NOW)
    assert isinstance(findings[PLAIN], Exists)
    assert findings[later] == NotAsked(later, NOW, Unavailable.SERVER_ERROR, 30.0)
    assert findings[last] == NotAsked(last, NOW, Unavailable.SERVER_ERROR, 30.0)
    assert len(source.asked) == 2


def test_answer_of_another_wiki_is_believed_in_nothing(
    asker_of: AskerOf, recording: Recording
) -> None:
    answer = recording(1)
    answer["query"]["general"] = {
        "wikiid": "metawiki",
        "servername": "meta.example",
        "scriptpath": "/w",
    }
    asker, _ = asker_of(answer)
    findings = check_with(asker, [PLAIN], NOW)
    assert findings[PLAIN] == NotAsked(PLAIN, NOW, Unavailable.OTHER_WIKI)
    assert not asker.answered


@pytest.mark.parametrize(
    "query",
    [
        {"pages": {"3": {}}},
        {"pages": [{"revisions": [{"revid": "8"}]}]},
        {"pages": [{"pageid": 3, "ns": 3, "title": "T", "revisions": [{"revid": 8}]}]},
        {"badrevids": {"8": None}},
        {"badrevids": "8"},
        {"pages": [None]},
    ],
)
def test_strange_shapes_are_said_to_be_malformed(
    asker_of: AskerOf, query: dict[str, object]
) -> None:
    asker, _ = asker_of({"query": query}, {"query": query})
    findings = check_with(asker, [PLAIN], NOW)
    assert findings[PLAIN] == NotAsked(PLAIN, NOW, Unavailable.MALFORMED)
