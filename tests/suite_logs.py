# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything that a run logs is kept and searched at its end: no test may make the service tell.

Each pytest process writes its log records, formatted as a service's, into a folder of the run; each
Python process that a test starts copies its standard error there as well (``sitecustomize``). When
all is over the controller reads the folder, names every line that holds what somebody typed, an
address, a path or a key, and the run fails. Loaded by tests/conftest.py; ``--dist`` or not.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from onwiki.sandbox.demo import PEOPLE
from service.demo.people import READERS
from service.logs import OWN, JsonLines
from tests.demo.story import RARE_WORDS, REVIDS

FOLDER: Final = "COMMUNITY_SUPPORT_SUITE_LOGS"
"""Variable with the folder of this run, for processes that pytest did not start itself."""

INVENTED: Final = (
    *("Alderwick", "Ashdown", "Birchwood", "Brackenridge", "Brookhazel", "Cloverfield"),
    *("Cloverley", "Dewberry", "Fennelwood", "Gorsefield", "Hazelmoor", "Heather Field"),
    *("Hedgerow", "Larkspur", "Mallory", "Marlowick", "Millstone", "Nettlecombe", "Pebbleworth"),
    *("Quillfeather", "Quincunx", "Rowanbark", "Saltmarsh", "Stew Ard", "Stonecrop", "Thicket"),
    *("Thornbury", "Willowmere", "Zwischenraum", "quixotically", "xylographer", "серебрянка"),
    *("It hurt.", "Word by word."),
)
"""Names and words that the tests type, report, answer and sign in with."""

PLAINTEXTS: Final = tuple(
    dict.fromkeys(
        (
            *INVENTED,
            *RARE_WORDS,
            *(person.name for person in PEOPLE if len(person.name) > 5),
            *(one.passphrase for one in READERS),
            *(revid for revid in REVIDS if len(revid) > 6),
        )
    )
)

_SHAPES: Final = {
    "an address": re.compile(r"\w://[^%\s]"),
    "a link's id": re.compile(r"\b(?:oldid|diff|revids?|logid|curid)=\d"),
    "a path": re.compile(
        r"(?<![\w.-])/(?:report|desk|key|signin|oauth|static|privacy|terms|wiki|w)(?:/|\?|\b)"
    ),
    "an age key": re.compile(r"AGE-SECRET-KEY-|age1[a-z0-9]{20}"),
    "a query string": re.compile(r"\?[\w-]+="),
    "text of a database": re.compile(r"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM) \w"),
}
"""What no line of a service may hold, whatever the test typed."""

_COPY: Final = """
import os, sys

class Copied:
    def __init__(self, stream, path):
        self._stream = stream
        self._copy = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, text):
        done = self._stream.write(text)
        os.write(self._copy, text.encode("utf-8", "replace"))
        return done

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def __getattr__(self, name):
        return getattr(self._stream, name)

folder = os.environ.get({variable!r})
if folder and sys.stderr is not None and os.path.isdir(folder):
    sys.stderr = Copied(sys.stderr, os.path.join(folder, "child-%d.log" % os.getpid()))
"""


@dataclass(frozen=True)
class Told:
    """A line that tells something."""

    what: str
    line: str


def telling(lines: Iterable[str]) -> Iterator[Told]:
    """The lines that hold a plaintext, and log lines that hold a forbidden shape."""
    for line in lines:
        text = _unescaped(line)
        for word in PLAINTEXTS:
            if word in text:
                yield Told(f"“{word}”", line)
        if line.startswith("{"):
            for what, shape in _SHAPES.items():
                if shape.search(text):
                    yield Told(what, line)


def _unescaped(line: str) -> str:
    """Values of a log line as they are; anything else as it stands."""
    try:
        found = json.loads(line)
    except ValueError:
        return line
    return json.dumps(found, ensure_ascii=False)


def collected(folder: Path) -> Iterator[str]:
    """Every line that the run has written so far."""
    for file in sorted(folder.glob("*.log")):
        yield from file.read_text("utf-8", "replace").splitlines()


def folder_of_run() -> Path:
    """Where this run keeps what is logged."""
    return Path(os.environ[FOLDER])


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if not _is_worker(config):
        folder = Path(tempfile.mkdtemp(prefix="community-support-logs-"))
        (folder / "site").mkdir()
        program = _COPY.replace("{variable!r}", repr(FOLDER))
        (folder / "site" / "sitecustomize.py").write_text(program, "utf-8")
        os.environ[FOLDER] = str(folder)
        paths = [str(folder / "site"), os.environ.get("PYTHONPATH", "")]
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    handler = logging.FileHandler(folder_of_run() / f"pytest-{os.getpid()}.log", encoding="utf-8")
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    for name in OWN:
        logging.getLogger(name).setLevel(logging.INFO)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _is_worker(session.config):
        return
    found = list(telling(collected(folder_of_run())))
    session.config.stash[_FOUND] = found
    if found and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if FOLDER not in os.environ:
        return
    lines = sum(1 for _ in collected(folder_of_run()))
    found = config.stash.get(_FOUND, [])
    terminalreporter.section("what the run logged")
    terminalreporter.write_line(f"{lines} lines, {len(found)} of them tell something")
    for one in found[:_MOST_SHOWN]:
        terminalreporter.write_line(f"{one.what}: {one.line[:400]}", red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not _is_worker(config) and FOLDER in os.environ:
        shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


_FOUND: Final = pytest.StashKey[list[Told]]()
_MOST_SHOWN: Final = 40
