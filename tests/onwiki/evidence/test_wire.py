# SPDX-License-Identifier: AGPL-3.0-or-later
"""A sealed finding reads the same years later."""

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onwiki.errors import Unavailable
from onwiki.evidence import (
    AcrossPages,
    AuthorKind,
    CommentFound,
    Deleted,
    Exists,
    FilterHit,
    Finding,
    Hidden,
    LeadsNowhere,
    LogFound,
    NoNeighbour,
    NotAsked,
    NotChecked,
    NotVisible,
    PageFound,
    RangeAuthor,
    RangeFound,
    Suppressed,
    Uncheckable,
    from_json,
    to_json,
)
from onwiki.evidence.sentences import REMARKS, SENTENCES
from onwiki.evidence.wire import KINDS, BadFinding
from onwiki.links import (
    AbuseLogEntry,
    Comment,
    DeletedRevision,
    LogEntry,
    Neighbour,
    Page,
    Range,
    RejectReason,
    Relative,
    Revision,
    ShortLink,
    Title,
)

IDS = st.integers(1, 2**63 - 1)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=20_000)).map(
    lambda passed: datetime(2001, 1, 15, tzinfo=UTC) + passed
)
REFERENCES = st.one_of(
    st.builds(Revision, st.just("enwiki"), IDS),
    st.builds(Range, st.just("dewiki"), IDS, IDS),
    st.builds(Relative, st.just("enwiki"), IDS, st.sampled_from(Neighbour)),
    st.builds(LogEntry, st.just("enwiki"), IDS),
    st.builds(AbuseLogEntry, st.just("enwiki"), IDS),
    st.builds(Page, st.just("enwiki"), IDS),
    st.just(Title("dewiki", "Benutzer_Diskussion:Beispiel")),
    st.just(Comment("enwiki", "c-Bar-Baz-20240102030400-Qux")),
    st.just(DeletedRevision("enwiki", "Attack_page", "20240102030405")),
)
EXISTS = st.builds(
    Exists,
    reference=REFERENCES,
    checked_at=MOMENTS,
    timestamp=MOMENTS,
    hidden=st.frozensets(st.sampled_from(Hidden)),
)
FINDINGS: st.SearchStrategy[Finding] = st.one_of(
    EXISTS,
    st.builds(
        RangeFound,
        reference=REFERENCES,
        checked_at=MOMENTS,
        first=MOMENTS,
        last=MOMENTS,
        authors=st.lists(st.builds(RangeAuthor), max_size=3).map(tuple),
    ),
    st.builds(AcrossPages, REFERENCES, MOMENTS, EXISTS, EXISTS),
    st.builds(PageFound, reference=REFERENCES, checked_at=MOMENTS),
    st.builds(
        LogFound,
        reference=REFERENCES,
        checked_at=MOMENTS,
        timestamp=MOMENTS,
        hidden=st.frozensets(st.sampled_from(Hidden)),
    ),
    st.builds(FilterHit, reference=REFERENCES, checked_at=MOMENTS, timestamp=MOMENTS),
    st.builds(
        CommentFound,
        reference=REFERENCES,
        checked_at=MOMENTS,
        titles=st.lists(st.text(), min_size=1, max_size=3).map(tuple),
        edits=st.lists(EXISTS, max_size=2).map(tuple),
    ),
    st.builds(Deleted, REFERENCES, MOMENTS, st.text(), MOMENTS),
    st.builds(LeadsNowhere, st.just(ShortLink("3Ab")), MOMENTS, st.sampled_from(RejectReason)),
    st.builds(Suppressed, REFERENCES, MOMENTS),
    st.builds(NotVisible, REFERENCES, MOMENTS),
    st.builds(NoNeighbour, REFERENCES, MOMENTS),
    st.builds(NotAsked, REFERENCES, MOMENTS, st.sampled_from(Unavailable), st.just(5.0)),
    st.builds(NotChecked, REFERENCES, MOMENTS, st.sampled_from(Uncheckable)),
)
PLAIN = NotVisible(Revision("enwiki", 8), datetime(2026, 11, 22, tzinfo=UTC))


@given(FINDINGS)
def test_finding_comes_back_as_it_went(finding: Finding) -> None:
    assert from_json(json.loads(json.dumps(to_json(finding)))) == finding


@given(FINDINGS)
def test_every_finding_says_itself_in_plain_parameters(finding: Finding) -> None:
    assert set(finding.parameters) == SENTENCES[finding.message_key]
    assert set(finding.remarks) <= REMARKS
    for value in finding.parameters.values():
        assert value is None or isinstance(value, str | int | datetime)


def test_form_is_fixed() -> None:
    assert to_json(PLAIN) == {
        "version": 1,
        "kind": "not-visible",
        "reference": "rev:enwiki:8",
        "checked_at": "2026-11-22T00:00:00+00:00",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"kind": "fake"},
        {"reference": "rev:enwiki:x"},
        {"reference": None},
        {"checked_at": "yesterday"},
        {"checked_at": 5},
    ],
)
def test_what_is_no_finding_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadFinding):
        from_json(to_json(PLAIN) | change)


def test_number_in_place_of_a_name_is_refused() -> None:
    finding = Exists(
        reference=Revision("enwiki", 8),
        checked_at=datetime(2026, 11, 22, tzinfo=UTC),
        revid=8,
        parentid=7,
        pageid=3,
        namespace=3,
        title="User talk:Alice",
        author="Mallory",
        author_id=6,
        central_id=4,
        author_kind=AuthorKind.REGISTERED,
        timestamp=datetime(2026, 5, 3, 14, 2, tzinfo=UTC),
        size=10,
        size_change=None,
        minor=False,
    )
    for field, value in {"author": 5, "revid": "8", "minor": 1, "hidden": ["mood"]}.items():
        with pytest.raises(BadFinding):
            from_json(to_json(finding) | {field: value})


def test_every_kind_has_a_name() -> None:
    def leaves(kind: type[Finding]) -> set[type[Finding]]:
        below = kind.__subclasses__()
        return set().union(*map(leaves, below)) if below else {kind}

    assert leaves(Finding) == set(KINDS.values())


@pytest.mark.parametrize("kind", list(KINDS.values()))
def test_no_field_hides_behind_the_envelope(kind: type[Finding]) -> None:
    assert not {"version", "kind"} & {field.name for field in fields(kind)}
