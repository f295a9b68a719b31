# SPDX-License-Identifier: AGPL-3.0-or-later
"""docs/asvs.md answers every requirement of levels 1 and 2 once, and names files that are there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "asvs.md").read_text("utf-8")

LAST = {
    1: (2, 10, 12, 3, 3),
    2: (3, 3, 5, 2),
    3: (1, 3, 5, 8, 8, 1, 5),
    4: (5, 5, 2, 4),
    5: (1, 6, 3, 3),
    6: (3, 12, 8, 6, 8, 4, 2, 4),
    7: (3, 4, 2, 5, 3, 2),
    8: (4, 4, 3, 2),
    9: (3, 4),
    10: (2, 3, 5, 16, 5, 2, 3),
    11: (4, 5, 5, 4, 2, 2, 2),
    12: (5, 2, 5),
    13: (4, 6, 4, 7),
    14: (2, 8, 3),
    15: (5, 5, 7, 4),
    16: (1, 5, 4, 3, 4),
}
"""Chapter → how many requirements each of its sections has, in ASVS 5.0.0."""

LEVEL_3 = {
    *("V1.2.10", "V1.3.12", "V1.5.3", "V2.3.5", "V2.4.2", "V3.1.1", "V3.2.3", "V3.3.5", "V3.4.7"),
    *("V3.4.8", "V3.5.6", "V3.5.7", "V3.5.8", "V3.6.1", "V3.7.3", "V3.7.4", "V3.7.5", "V4.1.4"),
    *("V4.1.5", "V4.2.2", "V4.2.3", "V4.2.4", "V4.2.5", "V5.2.4", "V5.2.5", "V5.2.6", "V5.3.3"),
    *("V6.3.5", "V6.3.6", "V6.3.7", "V6.3.8", "V6.4.5", "V6.4.6", "V6.5.6", "V6.5.7", "V6.5.8"),
    *("V6.6.4", "V6.7.1", "V6.7.2", "V7.5.3", "V8.1.3", "V8.1.4", "V8.2.4", "V8.3.2", "V8.3.3"),
    *("V8.4.2", "V10.2.3", "V10.3.5", "V10.4.12", "V10.4.13", "V10.4.14", "V10.4.15", "V10.4.16"),
    *("V11.1.3", "V11.1.4", "V11.2.4", "V11.2.5", "V11.3.4", "V11.3.5", "V11.5.2", "V11.6.2"),
    *("V11.7.1", "V11.7.2", "V12.1.4", "V12.1.5", "V12.3.5", "V13.1.2", "V13.1.3", "V13.1.4"),
    *("V13.2.6", "V13.3.3", "V13.3.4", "V13.4.6", "V13.4.7", "V14.2.5", "V14.2.6", "V14.2.7"),
    *("V14.2.8", "V15.1.4", "V15.1.5", "V15.2.4", "V15.2.5", "V15.4.1", "V15.4.2", "V15.4.3"),
    *("V15.4.4", "V16.5.4"),
}
ALL = {
    f"V{chapter}.{section}.{number}"
    for chapter, sections in LAST.items()
    for section, last in enumerate(sections, 1)
    for number in range(1, last + 1)
}
ASKED = ALL - LEVEL_3

NUMBER = r"V\d+\.\d+\.\d+"
ROWS = re.findall(rf"^\| ({NUMBER}) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.M)


def test_every_requirement_is_answered_once_and_none_is_made_up() -> None:
    named = Counter(re.findall(NUMBER, PAGE))

    assert LEVEL_3 < ALL
    assert set(named) == ASKED
    assert [number for number, count in named.items() if count > 1] == []
    assert 160 < len(ROWS) < len(ASKED)


def test_every_row_names_a_file_or_says_why_not() -> None:
    for number, what, answer in ROWS:
        assert what.strip(), number
        paths = re.findall(r"`([^`]+)`", answer)
        assert paths or answer.startswith("not met"), number
        if answer.startswith("not met"):
            assert len(answer) > len("not met: because"), number


def test_every_path_is_there() -> None:
    pages = PAGE + (ROOT / "docs" / "inventory.md").read_text("utf-8")
    paths = set(re.findall(r"`(\w[\w.-]*(?:/[\w.-]+)+|[\w-]+\.(?:md|toml|txt|json))`", pages))

    assert len(paths) > 100
    assert sorted(path for path in paths if not (ROOT / path).exists()) == []


def test_what_is_not_met_is_read_by_people() -> None:
    """A handful: more would mean that the page is a wish."""
    unmet = [number for number, _, answer in ROWS if answer.startswith("not met")]

    assert 0 < len(unmet) <= 24
