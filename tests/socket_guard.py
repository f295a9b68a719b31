# SPDX-License-Identifier: AGPL-3.0-or-later
"""A guard on every socket of this process and of pywikibot's children: who was to be contacted?

It hears what Python reports of its own sockets (PEP 578 audit events), lets through only the
addresses that a test opened, refuses all others, and writes down which those were.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from onwiki.bot import session
from onwiki.wikis import WikiList

ROOT = Path(__file__).resolve().parents[1]
Place = tuple[str, int]
"""Host as it was asked for, and port."""

_LOOKED_UP = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
_CONTACTED = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})

_APART = threading.local()

_IN_A_CHILD = """
import json, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.socket_guard import Guard
Guard(Path({log!r}), frozenset(tuple(place) for place in json.loads({opened!r}))).install()
"""


@dataclass
class Guard:
    """Writes each refused address into ``log``, one JSON line each; ``opened`` ones go through."""

    log: Path
    opened: frozenset[Place]
    active: bool = field(default=True)

    def install(self) -> None:
        """For good: an audit hook cannot be taken away, only told to sleep (``active``)."""
        sys.addaudithook(self._hear)

    def refused(self) -> list[Place]:
        """What was to be contacted and was not opened, by this process or a child."""
        if not self.log.exists():
            return []
        return [tuple(json.loads(line)) for line in self.log.read_text("utf-8").splitlines()]

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.active or getattr(_APART, "here", False):
            return
        if event in _LOOKED_UP:
            host, port = arguments[0], arguments[1] if len(arguments) > 1 else 0
            if not any(str(host) == opened for opened, _ in self.opened):
                self._refuse(host, port)
        elif event in _CONTACTED and isinstance(arguments[1], tuple):  # no path of a local socket
            place = (str(arguments[1][0]), int(arguments[1][1]))
            if place not in self.opened:
                self._refuse(*place)

    def _refuse(self, host: object, port: object) -> None:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
        line = json.dumps([name, int(str(port or 0))]) + "\n"
        with self.log.open("a", encoding="utf-8") as log:
            log.write(line)
        raise socket.gaierror(socket.EAI_NONAME, "not opened by this test")


@contextmanager
def apart() -> Iterator[None]:
    """This thread serves another test's browser, which may still be open: no guard hears it."""
    _APART.here = True
    try:
        yield
    finally:
        _APART.here = False


@contextmanager
def guarding(
    folder: Path, opened: frozenset[Place], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Guard]:
    """Guard this process and every child of ``onwiki.bot`` that is started meanwhile."""
    guard = Guard(folder / "refused.jsonl", opened)
    program = _IN_A_CHILD.format(
        root=str(ROOT), log=str(guard.log), opened=json.dumps(sorted(opened))
    )
    (folder / "sitecustomize.py").write_text(program, "utf-8")
    own = session.child_environment

    def environment(private: Path) -> dict[str, str]:
        given = own(private)
        return given | {"PYTHONPATH": os.pathsep.join([str(folder), given["PYTHONPATH"]])}

    monkeypatch.setattr(session, "child_environment", environment)
    guard.install()
    try:
        yield guard
    finally:
        guard.active = False


def places_of(wikis: WikiList) -> frozenset[Place]:
    """Where the wikis of the list are."""
    own = {"http": 80, "https": 443}
    return frozenset((wiki.host, wiki.port or own[wiki.scheme]) for wiki in wikis)
