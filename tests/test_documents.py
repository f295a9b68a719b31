# SPDX-License-Identifier: AGPL-3.0-or-later
"""What SECURITY.md and docs/ name is there, and every claim against an attacker has its test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
ROOMS: Final = ("docs", "oauth", "onwiki", "service", "tests", "toolforge")
DOCUMENTS: Final = [ROOT / "SECURITY.md", ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_IN_A_ROOM: Final = re.compile(rf"\b(?:{'|'.join(ROOMS)})/[\w./-]*\w")
_FILE: Final = re.compile(r"`((?:[\w-]+/)*[\w-]+\.(?:py|ts|mjs|md|html|css))`")
_ROW: Final = re.compile(r"^\| (?!attacker has|---)(.+) \|$", re.MULTILINE)


def named_in(text: str) -> Iterator[str]:
    """Paths of the repository that a text names: whole ones, and files by the end of theirs."""
    prose = re.sub(r"https?://\S+", "", text)
    yield from _IN_A_ROOM.findall(prose)
    yield from _FILE.findall(prose)


@pytest.fixture(scope="session")
def files() -> list[str]:
    found = [str(path.relative_to(ROOT)) for room in ROOMS for path in (ROOT / room).rglob("*")]
    return [*found, *(path.name for path in ROOT.iterdir())]


def is_there(name: str, files: list[str]) -> bool:
    return any(path == name or path.endswith(f"/{name}") for path in files)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_is_named_is_there(document: Path, files: list[str]) -> None:
    named = set(named_in(document.read_text("utf-8")))
    assert sorted(name for name in named if not is_there(name, files)) == []


def test_each_kind_of_path_is_found_and_a_wrong_one_is_missed(files: list[str]) -> None:
    text = "See `service/vault.py`, tests/demo, and `app.ts`; not `service/gone.py` or `gone.ts`."
    named = set(named_in(text))
    assert {name for name in named if not is_there(name, files)} == {"service/gone.py", "gone.ts"}
    assert {"service/vault.py", "tests/demo", "app.ts"} < named


def attackers() -> list[list[str]]:
    """Cells of the rows of SECURITY.md's table of attackers."""
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    table = text.split("## What an attacker who has X gets", 1)[1].split("\n## ", 1)[0]
    return [row.split(" | ") for row in _ROW.findall(table)]


def test_every_claim_against_an_attacker_names_its_test() -> None:
    rows = attackers()
    assert len(rows) > 15
    for attacker, *_, shown in rows:
        assert "tests/" in shown or "the rows above" in shown, attacker
