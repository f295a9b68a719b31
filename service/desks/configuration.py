# SPDX-License-Identifier: AGPL-3.0-or-later
"""desks.toml: which bodies receive reports, for which wikis, and who belongs to them.

First who runs the server (the form names them), then one table ``[[desk]]`` a desk::

    operators = ["Some Name"]            # accounts, as they are called on the wikis

    [[desk]]
    key = "oversight-en"                 # in addresses; a-z, 0-9 and hyphens
    name = "Oversighters of English Wikipedia"
    purpose = "exposed private data"
    wikis = ["enwiki"]                   # or ["*"]
    answer_by_days = 5
    retention_days = 365
    languages = ["en"]
    staffed = true
    coordinators = [101]                 # central ids
    elsewhere = "Write to …"             # where else to turn when it takes no reports
    voice_age_days = 30                  # an account counts for others' holds from this age,
    voice_edits = 50                     # and from this many edits on all wikis

    [[desk.member]]
    wiki = "enwiki"
    group = "suppress"

    [[desk.member]]
    global_group = "steward"

    [[desk.member]]
    central_id = 4711
    reason = "elected arbitrator"
    until = 2027-12-31
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from oauth.membership import GlobalGroup, Listed, LocalGroup, Rule

FEWEST_READERS: Final = 2
"""A desk takes reports only while this many readers with vouched keys may open them (DESIGN 6)."""

MOST_READERS: Final = 50
"""What sealing in the browser is measured for, and what a report's fixed-size record holds."""

RETENTION_DAYS: Final = 365
"""How long a desk keeps reports unless it says otherwise."""

_LONGEST_WARNING: Final = 30

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_FIELDS: Final = {
    "key",
    "name",
    "purpose",
    "wikis",
    "answer_by_days",
    "retention_days",
    "languages",
    "staffed",
    "coordinators",
    "elsewhere",
    "voice_age_days",
    "voice_edits",
    "member",
}


class DeskConfigurationError(Exception):
    """desks.toml cannot be used. ``problems`` has one line each, naming desk, key and wish."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Desk:
    """A body that receives reports."""

    key: str
    name: str
    purpose: str
    wikis: frozenset[str]
    """dbnames in scope; ``*`` stands for all."""
    members: tuple[Rule, ...]
    coordinators: frozenset[int]
    answer_by_days: int
    retention_days: int
    languages: tuple[str, ...]
    staffed: bool
    elsewhere: str
    voice_age_days: int = 30
    """Age of an account from which it is a voice to others whose reports are held."""
    voice_edits: int = 50

    def ends(self, last_act: date) -> date:
        """The day on which a report is erased whose last act was on that day."""
        return last_act + timedelta(days=self.retention_days)

    @property
    def warns_days(self) -> int:
        """How many days before that its readers are told."""
        return min(_LONGEST_WARNING, self.retention_days // 4)


def read_desks(path: Path) -> tuple[Desk, ...]:
    """The desks of a desks.toml, in its order. Raises DeskConfigurationError."""
    return parse_desks(_text_of(path))


def read_operators(path: Path) -> tuple[str, ...]:
    """The accounts that a desks.toml names as operators. Raises DeskConfigurationError."""
    return parse_operators(_text_of(path))


def parse_operators(text: str) -> tuple[str, ...]:
    """The same from the text of the file. Raises DeskConfigurationError."""
    operators = _document(text).get("operators", [])
    if not isinstance(operators, list) or not all(
        isinstance(name, str) and name.strip() for name in operators
    ):
        raise DeskConfigurationError(['operators: wants a list of accounts, such as ["Some Name"]'])
    return tuple(name.strip() for name in operators)


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise DeskConfigurationError([f"desks: cannot read the file: {error.strerror}"]) from None


def _document(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DeskConfigurationError([f"desks: not TOML: {error}"]) from None


def parse_desks(text: str) -> tuple[Desk, ...]:
    """The same from the text of the file. Raises DeskConfigurationError with every problem."""
    document = _document(text)
    tables = document.get("desk", [])
    if not isinstance(tables, list) or not tables:
        raise DeskConfigurationError(["desks: wants at least one [[desk]] table"])
    lines = _lines_of_desks(text)
    problems: list[str] = [
        f"desks: unknown top-level key “{name}”; known are operators and [[desk]]"
        for name in document
        if name not in {"desk", "operators"}
    ]
    desks: list[Desk] = []
    for number, table in enumerate(tables):
        line = lines[number] if number < len(lines) else None
        reader = _Table(_as_table(table), f"desk {number + 1}", line, problems)
        desk = _desk(reader)
        if desk is not None:
            desks.append(desk)
    keys = [desk.key for desk in desks]
    problems.extend(
        f"desk “{key}”: key: stands twice; every desk needs its own"
        for key in sorted({key for key in keys if keys.count(key) > 1})
    )
    if problems:
        raise DeskConfigurationError(problems)
    return tuple(desks)


def _lines_of_desks(text: str) -> list[int]:
    """Line numbers at which ``[[desk]]`` stands: TOML's reader keeps none."""
    return [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if line.split("#", 1)[0].strip().replace(" ", "") == "[[desk]]"
    ]


def _as_table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


class _Table:
    """Typed reading of one table; what is wrong is collected, not raised."""

    def __init__(
        self, values: Mapping[str, Any], place: str, line: int | None, problems: list[str]
    ) -> None:
        self.values = values
        key = values.get("key")
        self.place = f"desk “{key}”" if isinstance(key, str) and key else place
        if line is not None:
            self.place += f" (line {line})"
        self.problems = problems

    def wrong(self, key: str, wish: str) -> None:
        self.problems.append(f"{self.place}: {key}: {wish}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.wrong(key, "wants a text in quotation marks")
            return ""
        return value.strip()

    def number(self, key: str, default: int, least: int, most: int) -> int:
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.wrong(key, f"wants a whole number from {least} to {most}")
            return default
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.wrong(key, "wants true or false")
            return default
        return value

    def texts(self, key: str, default: Sequence[str]) -> tuple[str, ...]:
        value = self.values.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            self.wrong(key, 'wants a list of texts, such as ["enwiki"]')
            return tuple(default)
        return tuple(value)

    def ids(self, key: str) -> frozenset[int]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(_is_id(one) for one in value):
            self.wrong(key, "wants a list of central ids (whole numbers)")
            return frozenset()
        return frozenset(value)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _desk(table: _Table) -> Desk | None:
    before = len(table.problems)
    for name in sorted(set(table.values) - _FIELDS):
        table.wrong(name, f"is not known; known are {', '.join(sorted(_FIELDS))}")
    key = table.text("key")
    if key and not _KEY.fullmatch(key):
        table.wrong("key", "wants at most 40 of a-z, 0-9 and hyphens, a letter or digit first")
    wikis = table.texts("wikis", ["*"])
    if not wikis:
        table.wrong("wikis", 'wants at least one dbname, or ["*"] for all')
    rows = table.values.get("member", [])
    if not isinstance(rows, list) or not rows:
        table.wrong("member", "wants at least one [[desk.member]] table")
        rows = []
    members = [_member(table, _as_table(row), n) for n, row in enumerate(rows, 1)]
    desk = Desk(
        key=key,
        name=table.text("name"),
        purpose=table.text("purpose", ""),
        wikis=frozenset(wikis),
        members=tuple(rule for rule in members if rule is not None),
        coordinators=table.ids("coordinators"),
        answer_by_days=table.number("answer_by_days", 7, 1, 365),
        retention_days=table.number("retention_days", RETENTION_DAYS, 30, 3650),
        languages=table.texts("languages", ["en"]),
        staffed=table.flag("staffed", default=True),
        elsewhere=table.text("elsewhere", ""),
        voice_age_days=table.number("voice_age_days", 30, 0, 3650),
        voice_edits=table.number("voice_edits", 50, 0, 100_000),
    )
    return desk if len(table.problems) == before else None


def _member(table: _Table, row: Mapping[str, Any], number: int) -> Rule | None:
    """One [[desk.member]]: a local group, a global group, or one account until a day."""
    place = f"member {number}"
    match row:
        case {"wiki": str(dbname), "group": str(group), **rest} if not rest:
            return LocalGroup(dbname, group)
        case {"global_group": str(group), **rest} if not rest:
            return GlobalGroup(group)
        case {
            "central_id": central_id,
            "reason": str(reason),
            "until": date() as until,
            **rest,
        } if not rest and _is_id(central_id) and reason.strip():
            return Listed(central_id, reason.strip(), until)
    table.wrong(
        place,
        "wants wiki and group, or global_group, or central_id with reason and until (a date)",
    )
    return None
