# SPDX-License-Identifier: AGPL-3.0-or-later
"""The canonical notation, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onwiki.links import (
    AbuseLogEntry,
    BadNotation,
    Comment,
    DeletedRevision,
    FlowPost,
    History,
    LogEntry,
    Neighbour,
    NotEvidence,
    OtherResource,
    Page,
    Range,
    Reference,
    Rejection,
    RejectReason,
    Relative,
    Revision,
    ShortLink,
    Title,
    parse_notation,
    render,
)

WIKI = st.from_regex(r"[a-z][a-z0-9_-]{0,30}", fullmatch=True)
ID = st.integers(min_value=1, max_value=2**63 - 1)
# Anything but control characters and spaces, colons and digits often.
TITLE = st.text(
    alphabet=st.one_of(
        st.sampled_from(":0123456789_-"),
        st.characters(min_codepoint=0x21, exclude_categories=("Cc", "Cs")),
    ),
    min_size=1,
    max_size=40,
)
TIME = st.from_regex(r"[0-9]{14}", fullmatch=True)
KINDS = {
    Revision: st.builds(Revision, WIKI, ID),
    Range: st.builds(Range, WIKI, ID, ID),
    Relative: st.builds(Relative, WIKI, ID, st.sampled_from(Neighbour)),
    LogEntry: st.builds(LogEntry, WIKI, ID),
    AbuseLogEntry: st.builds(AbuseLogEntry, WIKI, ID),
    Page: st.builds(Page, WIKI, ID),
    Title: st.builds(Title, WIKI, TITLE),
    Comment: st.builds(
        Comment,
        WIKI,
        st.builds("{}-{}-{}".format, st.sampled_from("ch"), TITLE, TIME),
    ),
    FlowPost: st.builds(FlowPost, WIKI, st.from_regex(r"[0-9a-z]{16,19}", fullmatch=True)),
    DeletedRevision: st.builds(DeletedRevision, WIKI, TITLE, TIME),
    History: st.builds(History, WIKI, TITLE),
    ShortLink: st.builds(
        ShortLink, st.from_regex(r"_?[2-9A-HJ-NP-Za-km-z$]{1,19}", fullmatch=True)
    ),
    NotEvidence: st.builds(NotEvidence, WIKI, st.sampled_from(OtherResource)),
    Rejection: st.builds(Rejection, st.sampled_from(RejectReason)),
}


def test_every_kind_of_reference_is_covered() -> None:
    assert set(KINDS) == {*Reference.__args__, Rejection}


@pytest.mark.parametrize("kind", KINDS.values(), ids=[kind.__name__ for kind in KINDS])
def test_parsing_undoes_rendering(kind: st.SearchStrategy[Reference | Rejection]) -> None:
    @given(kind)
    def there_and_back(result: Reference | Rejection) -> None:
        line = render(result)
        assert parse_notation(line) == result
        assert len(line.split("\n")) == 1

    there_and_back()


@given(st.text(max_size=60))
def test_other_text_is_bad_notation_or_already_canonical(text: str) -> None:
    try:
        result = parse_notation(text)
    except BadNotation:
        return
    assert render(result) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rev",
        "rev:enwiki",
        "rev:enwiki:0",
        "rev:enwiki:007",
        "rev:enwiki:5:6",
        "rev:enwiki:\uff12",
        "rev:EnWiki:5",
        "rev:enwiki: 5",
        "diff:enwiki:5",
        "rel:enwiki:5:last",
        "title:enwiki:",
        "title:enwiki:a b",
        "title:enwiki:a\nb",
        "comment:enwiki:x",
        "flow:enwiki:X",
        "deleted:enwiki:Foo",
        "short:0OI",
        "other:enwiki:nonsense",
        "reject:nonsense",
        "nonsense:enwiki:5",
    ],
)
def test_bad_notation_has_a_name(text: str) -> None:
    with pytest.raises(BadNotation):
        parse_notation(text)
