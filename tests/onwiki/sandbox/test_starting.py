# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sandbox as a program: starts, keeps what happened, says plainly when it cannot start."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from onwiki.sandbox import accounts, demo
from onwiki.sandbox.schema import SCHEMA_VERSION
from onwiki.sandbox.store import Store
from onwiki.sandbox.titles import user_name

TIMEOUT_S = 30


@contextmanager
def program(data: Path, *more: str, token: str = "") -> Iterator[str]:
    """The program on a free port; gives its address and ends it with SIGTERM."""
    process = subprocess.Popen(
        [sys.executable, "-m", "onwiki.sandbox", "--port", "0", "--data", str(data), *more],
        env={**os.environ, "CS_SANDBOX_CONTROL_TOKEN": token},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first_line = process.stdout.readline()
    assert first_line.startswith("sandbox wiki: http://127.0.0.1:"), process.communicate()
    try:
        yield first_line.split()[-1].removesuffix("/wiki/Main_Page")
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=TIMEOUT_S)
        assert process.returncode == 0
        assert (out, err) == ("", "")


def revision_count(base_url: str) -> int:
    fields = {
        "action": "query", "meta": "siteinfo", "siprop": "statistics", "format": "json",
    }  # fmt: skip
    answer = requests.post(f"{base_url}/w/api.php", data=fields, timeout=TIMEOUT_S)
    edits: int = answer.json()["query"]["statistics"]["edits"]
    return edits


def test_second_start_keeps_what_was_written(tmp_path: Path) -> None:
    with program(tmp_path) as base_url:
        before = revision_count(base_url)
        edit = {"action": "edit", "title": "River stones", "text": "new", "token": "+\\",
                "format": "json"}  # fmt: skip
        requests.post(f"{base_url}/w/api.php", data=edit, timeout=TIMEOUT_S)
    with program(tmp_path) as base_url:
        assert revision_count(base_url) == before + 1


def test_callback_of_the_demo_is_set_at_every_start(tmp_path: Path) -> None:
    store = Store(tmp_path / "sandbox.sqlite3")
    for callback in (
        "http://localhost:8000/oauth/callback",
        "http://localhost:9000/oauth/callback",
    ):
        demo.prepare(store, callback)
        with store.reading() as db:
            row = db.execute(
                "SELECT callback FROM consumer WHERE key = ?", (demo.SIGN_IN.key,)
            ).fetchone()
        assert row["callback"] == callback


def test_control_is_closed_without_a_token_at_start(tmp_path: Path) -> None:
    with program(tmp_path) as base_url:
        answer = requests.get(
            f"{base_url}/control/requests",
            headers={"Authorization": "Bearer "},
            timeout=TIMEOUT_S,
        )
        assert answer.status_code == 404


def test_control_opens_with_the_token_of_the_environment(tmp_path: Path) -> None:
    with program(tmp_path, token="of this start") as base_url:
        answer = requests.get(
            f"{base_url}/control/requests",
            headers={"Authorization": "Bearer of this start"},
            timeout=TIMEOUT_S,
        )
        assert answer.json() == []


def refused(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "onwiki.sandbox", *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    return done.stderr


def test_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused("--port", str(port), "--data", str(tmp_path))
    assert said == f"sandbox wiki: port {port} is taken\n"


def test_data_of_another_version_is_one_clear_line(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "sandbox.sqlite3")
    db.execute("PRAGMA user_version=99")
    db.close()
    said = refused("--port", "0", "--data", str(tmp_path))
    wanted = f"has schema 99, not {SCHEMA_VERSION}; delete the data folder"
    assert said == f"sandbox wiki: sandbox.sqlite3 {wanted}\n"


def test_two_seeds_are_the_same(tmp_path: Path) -> None:
    dumps = []
    for name in ("one", "two"):
        store = Store(tmp_path / name / "sandbox.sqlite3")
        demo.prepare(store)
        with store.reading() as db:
            dumps.append("\n".join(db.iterdump()))
    assert dumps[0] == dumps[1]


def test_people_of_the_demo_are_who_they_should_be(tmp_path: Path) -> None:
    store = Store(tmp_path / "sandbox.sqlite3")
    demo.prepare(store)
    with store.reading() as db:
        desk = accounts.locals_in_groups(db, "sandboxwiki", ["suppress"])
        homes = {person.name: person.home for person in accounts.everyone(db)}
        locked = [person.name for person in accounts.everyone(db) if person.locked]
        stewards = [p.name for p in accounts.everyone(db) if "steward" in p.groups]
    assert [a.name for a in desk] == ["Fennelwood", "Marlowick", "Rowanbark", "Thornbury"]
    assert (homes["Larkspur"], homes["Quillfeather"]) == ("sandboxwiki", "sandbox2wiki")
    assert locked == ["Gorsefield"]
    assert stewards == ["Ashdown"]
    assert all(user_name(name) == name for name in homes)


def test_revision_numbers_of_the_demo_have_nine_digits(tmp_path: Path) -> None:
    store = Store(tmp_path / "sandbox.sqlite3")
    demo.prepare(store)
    with store.reading() as db:
        numbers = [row["id"] for row in db.execute("SELECT id FROM revision")]
        bare = db.execute(
            "SELECT COUNT(*) FROM page JOIN revision ON revision.id = page.latest"
            " AND revision.wiki = page.wiki WHERE revision.hidden"
        ).fetchone()[0]
    assert numbers
    assert {len(str(number)) for number in numbers} == {9}
    assert bare == 0, "a wiki does not let the current version be hidden"
