# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading the pinned roster page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onwiki.errors import WikiUnavailable
from onwiki.roster_page import RosterPage, line_for, read

GROUPS = "3f21 9a0c 77be 1d04 55e2 c8a9 0b6f e143"


def answer(text: str, *protection: str) -> dict[str, object]:
    page = {
        "revisions": [{"slots": {"main": {"content": text}}}],
        "protection": [{"type": one, "level": "sysop", "expiry": "infinity"} for one in protection],
    }
    return {"query": {"pages": [page]}}


def test_line_that_is_printed_is_read_again() -> None:
    page = RosterPage(f"intro\n{line_for('oversight-en', GROUPS)}\nmore", protected=True)

    assert page.fingerprints("oversight-en") == [GROUPS]
    assert page.fingerprints("oversight") == []


@given(
    desk=st.from_regex(r"[a-z0-9][a-z0-9-]{0,39}", fullmatch=True),
    digits=st.text("0123456789abcdef", min_size=32, max_size=32),
    around=st.text(),
)
def test_any_line_that_is_printed_is_read_again(desk: str, digits: str, around: str) -> None:
    groups = " ".join(digits[start : start + 4] for start in range(0, 32, 4))
    text = f"{around}\n{line_for(desk, groups)}\n{around}"

    assert groups in RosterPage(text, protected=True).fingerprints(desk)


@pytest.mark.parametrize(
    "line",
    [f"oversight:{GROUPS}", f"* oversight: {GROUPS}", f"#: oversight : {GROUPS}  "],
)
def test_line_may_stand_in_any_list(line: str) -> None:
    assert RosterPage(line, protected=True).fingerprints("oversight") == [GROUPS]


@pytest.mark.parametrize(
    "line",
    [
        f"oversight: {GROUPS} 0000",
        f"oversight: {GROUPS[:-5]}",
        f"oversight: {GROUPS.upper()}",
        f"see oversight: {GROUPS}",
        f"<!-- oversight: {GROUPS} -->",
    ],
)
def test_other_lines_are_for_people(line: str) -> None:
    assert RosterPage(line, protected=True).fingerprints("oversight") == []


def test_lines_that_contradict_are_all_found() -> None:
    page = RosterPage(f"a: {GROUPS}\na: {GROUPS}", protected=True)
    assert len(page.fingerprints("a")) == 2


@pytest.mark.parametrize(
    ("protection", "kept"), [((), False), (("move",), False), (("edit",), True)]
)
def test_protection_is_that_against_editing(protection: tuple[str, ...], kept: bool) -> None:
    found = read(answer("x", *protection))
    assert found is not None
    assert found.protected is kept


def test_page_that_is_not_there() -> None:
    assert read({"query": {"pages": [{"missing": True, "protection": []}]}}) is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"error": {"code": "x"}},
        {"query": {"pages": []}},
        {"query": {"pages": [{"invalid": True}]}},
    ],
)
def test_other_answers_are_no_page(body: dict[str, object]) -> None:
    with pytest.raises(WikiUnavailable):
        read(body)
