# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command ``check-links``, as somebody types it."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onwiki.evidence.sentences import REMARKS, SENTENCES
from onwiki.links import RejectReason
from onwiki.wikis import WikiList
from service.cli import main
from service.evidence.checking import Checker
from service.evidence.commands import WINDOW
from service.i18n.catalogue import SOURCE, Catalogue
from tests.fixtures_sandbox import Sandbox

COMMAND = Path(sys.executable).with_name("community-support")
CASES = json.loads((Path(__file__).parents[2] / "data/evidence_cases.json").read_text("utf-8"))


def run(lines: str, *options: str, tmp_path: Path, env: dict[str, str] | None = None) -> Result:
    file = tmp_path / "links.txt"
    file.write_bytes(lines.encode())
    return CliRunner().invoke(main, ["check-links", *options, str(file)], env=env)


@pytest.fixture
def wikis(extra_wikis: Path) -> dict[str, str]:
    """The environment with the sandbox's two wikis."""
    return {"CS_EXTRA_WIKIS": str(extra_wikis)}


@pytest.mark.parametrize("context", sorted({case["context"] for case in CASES}))
def test_offline_gives_one_line_for_each_line_and_nothing_else(
    context: str, tmp_path: Path
) -> None:
    cases = [one for one in CASES if one["context"] == context and "\n" not in one["input"]]
    pasted = "".join(case["input"] + "\n" for case in cases)
    done = run(pasted, "--offline", "--context", context, tmp_path=tmp_path)
    assert done.exit_code == 0
    assert done.stdout.split("\n")[:-1] == [case["expected"] for case in cases]
    assert done.stderr == ""


def test_offline_takes_line_ends_of_other_systems_and_no_other_separators(tmp_path: Path) -> None:
    pasted = "https://en.wikipedia.org/wiki/Special:Diff/5\r\nhttps://en.wikipedia.org/\u2028x\n\n"
    done = run(pasted, "--offline", tmp_path=tmp_path)
    assert done.stdout.splitlines()[0] == "rev:enwiki:5"
    assert done.stdout.count("\n") == 3
    assert done.stdout.endswith("reject:empty\n")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"https://en.wikipedia.org/wiki/Caf\xe9", "title:enwiki:Caf\ufffd"),
        (b"\xff\xfehttps://en.wikipedia.org/wiki/Special:Diff/5", "reject:ambiguous"),
        (b"\xef\xbb\xbfhttps://en.wikipedia.org/wiki/Special:Diff/5", "rev:enwiki:5"),
        (b"https://en.wikipedia.org/wiki/\xe2\x82", "title:enwiki:\ufffd"),
        (b"https://en.wikipedia.org/wiki/\xed\xa0\x80", "title:enwiki:\ufffd\ufffd\ufffd"),
        (b"https://en.wikipedia.org/wiki/Special:Diff/5\x00", "reject:bad-char"),
        (b"https://en.wikipedia.org/\rhttps://evil.example/", "reject:bad-char"),
        (b"a\x0bb\x0cc\x1cd\x1ee", "reject:bad-char"),
        ("a\u2028b".encode(), "reject:bad-char"),
        (b"\x85", "reject:ambiguous"),
        (b"\r", "reject:empty"),
        (b"x" * 2**21, "reject:too-long"),
    ],
)
def test_no_bytes_move_the_lines(line: bytes, expected: str, tmp_path: Path) -> None:
    good = b"https://en.wikipedia.org/wiki/Special:Diff/5"
    for end in (b"\n", b"\r\n"):
        pasted = end.join([good, line, good, line])
        done = CliRunner().invoke(main, ["check-links", "--offline", "-"], input=pasted)
        assert done.exit_code == 0
        assert done.stdout == f"rev:enwiki:5\n{expected}\n" * 2
        assert done.stderr == ""


def test_nothing_in_gives_nothing_out(tmp_path: Path) -> None:
    assert run("", "--offline", tmp_path=tmp_path).stdout == ""


def test_titles_are_written_in_a_terminal_of_any_locale(tmp_path: Path) -> None:
    file = tmp_path / "links.txt"
    file.write_text("https://en.wikipedia.org/wiki/%C3%89t%C3%A9\n", "utf-8")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [COMMAND, "check-links", "--offline", file],
        env={**os.environ, **plain},
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == "title:enwiki:Été\n"


def test_a_long_list_is_read_in_windows_and_keeps_its_order(tmp_path: Path) -> None:
    lines = [f"https://evil.example/{n}" if n % 2 else str(n) for n in range(2 * WINDOW + 5)]
    done = run("\n".join(lines), "--json", tmp_path=tmp_path)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["line"] for row in rows] == list(range(1, len(lines) + 1))
    assert [row["reference"] for row in rows] == [
        "reject:host" if n % 2 else "reject:ambiguous" for n in range(len(lines))
    ]
    assert done.exit_code == 1, "nothing of it could be checked"


@pytest.mark.parametrize(("count", "shown"), [(99, False), (100, True)])
def test_a_long_list_shows_its_progress_on_a_terminal(count: int, *, shown: bool) -> None:
    leader, terminal = pty.openpty()
    try:
        done = subprocess.run(
            [COMMAND, "check-links", "-"],
            input=b"https://evil.example/\n" * count,
            stdout=subprocess.PIPE,
            stderr=terminal,
            check=False,
        )
        os.close(terminal)
        seen = _read(leader)
    finally:
        os.close(leader)
    assert done.stdout.count(b"reject:host") == count
    assert done.stdout.count(b"\n") == count, "the bar is not among the answers"
    assert (b"100%" in seen) is shown


def _read(terminal: int) -> bytes:
    """What was written on a pseudo-terminal whose other end is closed."""
    seen = b""
    with contextlib.suppress(OSError):  # EIO is its end of file
        while more := os.read(terminal, 4096):
            seen += more
    return seen


def test_a_context_that_is_no_wiki_is_named(tmp_path: Path) -> None:
    done = run("x\n", "--offline", "--context", "nowiki_at_all", tmp_path=tmp_path)
    assert done.exit_code == 2
    assert "nowiki_at_all" in done.stderr


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["check-links", str(tmp_path / "absent")])
    assert done.exit_code == 2


def test_every_line_is_checked_in_its_order(
    tmp_path: Path, sandbox: Sandbox, wikis: dict[str, str]
) -> None:
    base = sandbox.base_url
    pasted = f"{base}/wiki/Special:Diff/310000010\n{base}/wiki2/Special:Diff/480000010\n"
    done = run(pasted, "--json", tmp_path=tmp_path, env=wikis)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["reference"] for row in rows] == [
        "rev:sandboxwiki:310000010",
        "rev:sandbox2wiki:480000010",
    ]
    assert all(row["finding"] for row in rows)
    assert done.exit_code == 0


def test_a_wiki_that_is_down_gives_status_1_and_the_others_go_on(
    tmp_path: Path, sandbox: Sandbox, wikis: dict[str, str]
) -> None:
    base = sandbox.base_url
    sandbox.fail("503", wiki="sandboxwiki")
    pasted = f"{base}/wiki/Special:Diff/310000010\n{base}/wiki2/Special:Diff/480000010\n"
    done = run(pasted, "--json", tmp_path=tmp_path, env=wikis)
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["finding"]["kind"] == "not-asked"
    assert second["finding"]["kind"] != "not-asked"
    assert done.exit_code == 1


def test_empty_lines_are_passed_over_and_counted(
    tmp_path: Path, sandbox: Sandbox, wikis: dict[str, str]
) -> None:
    pasted = f"\n  \n{sandbox.base_url}/wiki/Special:Diff/310000010\n\n"
    done = run(pasted, "--json", tmp_path=tmp_path, env=wikis)
    (row,) = (json.loads(line) for line in done.stdout.splitlines())
    assert row["line"] == 3
    assert done.exit_code == 0


def test_progress_counts_every_line_once_as_the_wikis_answer(
    sandbox: Sandbox, listed: WikiList
) -> None:
    base = sandbox.base_url
    pasted = [
        f"{base}/wiki/Special:Diff/310000010",
        f"{base}/wiki2/Special:Diff/480000010",
        f"{base}/wiki/Special:Diff/310000010",
        "nonsense",
    ]
    steps: list[int] = []
    checker = Checker(listed, None, Catalogue().messages(SOURCE))
    lines = list(checker.check(list(enumerate(pasted, 1)), None, steps.append))
    assert len(lines) == sum(steps) == 4
    assert steps[0] == 1
    assert sorted(steps[1:]) == [1, 2]


def test_short_links_are_looked_up_and_checked_where_they_lead(
    tmp_path: Path, sandbox: Sandbox, wikis: dict[str, str]
) -> None:
    edit = f"{sandbox.base_url}/wiki/Special:Diff/310000005"
    good = sandbox.shorten("3Ab", edit)
    bad = sandbox.shorten("3Ac", "https://evil.example/")
    done = run(f"{good}\n{bad}\n{good}\n{edit}\n", "--json", tmp_path=tmp_path, env=wikis)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["reference"] for row in rows] == [
        "short:3Ab",
        "short:3Ac",
        "short:3Ab",
        "rev:sandboxwiki:310000005",
    ]
    assert [row["leads_to"] for row in rows] == [
        "rev:sandboxwiki:310000005",
        "reject:host",
        "rev:sandboxwiki:310000005",
        None,
    ]
    assert rows[0]["finding"] == rows[3]["finding"]
    assert rows[0]["finding"]["kind"] == "exists"
    assert rows[1]["finding"] is None
    assert done.exit_code == 1
    asked = [seen for seen in sandbox.requests() if seen["labels"] == ["short"]]
    assert len(asked) == 2, "each code once"


def test_shortener_that_is_down_is_asked_later(
    tmp_path: Path, sandbox: Sandbox, wikis: dict[str, str]
) -> None:
    sandbox.fail("503", action="short")
    link = f"{sandbox.base_url}/wiki/Special:Diff/310000005"
    done = run(f"{sandbox.shorten('3Ab', link)}\n{link}\n", "--json", tmp_path=tmp_path, env=wikis)
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["finding"]["kind"], first["finding"]["reason"]) == ("not-asked", "server-error")
    assert second["finding"]["kind"] == "exists"
    assert done.exit_code == 1


def test_every_outcome_has_a_sentence() -> None:
    known = Catalogue().texts[SOURCE].keys()
    rejections = {f"link-reject-{reason.value}" for reason in RejectReason}
    assert not (SENTENCES.keys() | REMARKS | rejections) - known
