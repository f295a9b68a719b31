# SPDX-License-Identifier: AGPL-3.0-or-later
"""The 139 cases that came with the design (tests/data/evidence_cases.json)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from onwiki.links import offline
from onwiki.wikis import WikiList

CASES = json.loads(
    (Path(__file__).parents[2] / "data" / "evidence_cases.json").read_text(encoding="utf-8")
)


def test_the_file_holds_all_cases() -> None:
    assert len(CASES) == 139


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case["input"])[:80])
def test_the_case_is_read_as_the_design_says(
    case: dict[str, str], read: Callable[..., str]
) -> None:
    assert read(case["input"], case["context"]) == case["expected"]


def test_offline_gives_one_line_for_each_line(wikis: WikiList) -> None:
    lines = [case["input"] for case in CASES if case["context"] == "enwiki"]
    lines = [line for line in lines if "\n" not in line]
    expected = [case["expected"] for case in CASES if case["input"] in lines]
    assert list(offline([f"{line}\n" for line in lines], wikis, "enwiki")) == expected


def test_offline_answers_empty_and_hostile_lines_with_one_line_each(wikis: WikiList) -> None:
    lines = [
        "",
        "\n",
        "https://en.wikipedia.org/wiki/Special:Diff/5\r\n",
        "https://en.wikipedia.org/wiki/Special:Diff/5\thttps://evil.example\n",
        "https://en.wikipedia.org/wiki/A\rB\n",
        "https://en.wikipedia.org/wiki/A\u2028B\n",
        "https://en.wikipedia.org/wiki/A%0AB\n",
        "https://en.wikipedia.org/wiki/A%E2%80%A8B\n",
        "\udcff\n",
    ]
    assert list(offline(lines, wikis)) == [
        "reject:empty",
        "reject:empty",
        "rev:enwiki:5",
        "reject:bad-char",
        "reject:bad-char",
        "reject:bad-char",
        "reject:bad-char",
        "title:enwiki:A_B",
        "reject:bad-char",
    ]
