# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a thief of the database, its files or the logs would read, after all of the story."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from onwiki.sandbox.demo import PEOPLE
from tests.demo.process import Demo
from tests.demo.story import RARE_WORDS, REVIDS, TITLES, Filed, Opened, Story

pytestmark = pytest.mark.browser

SECRET = (
    *RARE_WORDS,
    *(person.name for person in PEOPLE),
    *REVIDS,
    *TITLES,
    *(title.replace(" ", "_") for title in TITLES),
)


@pytest.fixture
def data(demo: Demo, case: Opened, plain_report: Filed) -> Path:
    """The demo's folder after everybody was there."""
    return demo.data


def found(content: bytes, words: Iterable[str]) -> list[str]:
    """Which words are in ``content``; capitals make no difference to ASCII."""
    lower = content.lower()
    return [word for word in words if word.encode().lower() in lower]


def logical_dump(database: Path) -> bytes:
    """Every value of every row of every table."""
    with closing(sqlite3.connect(database)) as connection:
        tables = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        values = [
            value
            for table in tables
            for row in connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of ours
            for value in row
        ]
    return b"\n".join(one if isinstance(one, bytes) else str(one).encode() for one in values)


def test_logical_dump_of_the_database_tells_nothing(data: Path) -> None:
    dump = logical_dump(data / "community-support.sqlite3")
    assert len(dump) > 100_000
    assert found(dump, SECRET) == []


def test_files_of_the_database_tell_nothing(data: Path) -> None:
    files = list(data.glob("community-support.sqlite3*"))
    assert files
    assert [(file.name, found(file.read_bytes(), SECRET)) for file in files] == [
        (file.name, []) for file in files
    ]


def test_logs_of_web_worker_and_sandbox_tell_nothing(data: Path) -> None:
    logs = [file for file in data.rglob("*log*") if file.is_file()]
    assert data / "log" in logs
    assert len((data / "log").read_bytes()) > 10_000
    assert {file.name: found(file.read_bytes(), SECRET) for file in logs} == {
        file.name: [] for file in logs
    }


def test_logs_hold_no_address_of_a_report_or_case(
    demo: Demo, data: Path, case: Opened, first_report: Filed
) -> None:
    ids = [path.rpartition("/")[2] for path in (case.path, first_report.path)]
    assert [one for one in ids if one in demo.log] == []


def test_no_secret_of_anybody_is_kept_anywhere(
    story: Story, data: Path, case: Opened, first_report: Filed
) -> None:
    """Neither the passphrase nor the recovery code; nor did a browser send them."""
    secrets = [case.passphrase, str(first_report.code)]
    kept = [file for file in data.rglob("*") if file.is_file()]
    assert [file for file in kept if found(file.read_bytes(), secrets)] == []
    assert story.people.wire.found(secrets) == []
