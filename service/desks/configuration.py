# SPDX-License-Identifier: AGPL-3.0-or-later
"""desks.toml: which bodies receive reports, for which wikis, and who belongs to them.

First who runs the server (the form names them), then one table ``[[desk]]`` a desk, with a table
``[[desk.member]]`` for each rule by which somebody belongs to it. ``docs/desks.example.toml``
explains every key. Each problem is named with its desk, its line and its wish.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from oauth.membership import GlobalGroup, Listed, LocalGroup, Rule
from service.desks.desk import RETENTION_DAYS, Desk
from service.desks.toml_lines import Place, places
from service.desks.toml_table import Table, is_id

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_GROUP: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,254}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_IMPLICIT_GROUPS: Final = frozenset({"user", "autoconfirmed", "named", "temp"})
"""MediaWiki puts people into these by itself, and globaluserinfo does not tell them."""

_TOP: Final = frozenset({"desk", "operators", "noticeboard"})
_FIELDS: Final = frozenset(
    {
        "key",
        "name",
        "purpose",
        "wikis",
        "answer_by_days",
        "retention_days",
        "languages",
        "staffed",
        "coordinators",
        "signatories_only",
        "elsewhere",
        "voice_age_days",
        "voice_edits",
        "member",
    }
)
_KINDS: Final = {
    "group": frozenset({"wiki", "group"}),
    "global_group": frozenset({"global_group"}),
    "central_id": frozenset({"central_id", "reason", "until"}),
}
"""The kinds of [[desk.member]], by the key that tells them, with the keys that each has."""


class DeskConfigurationError(Exception):
    """desks.toml cannot be used. ``problems`` has one line each, naming desk, key and wish."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def read_desks(path: Path) -> tuple[Desk, ...]:
    """The desks of a desks.toml, in its order. Raises DeskConfigurationError."""
    return parse_desks(_text_of(path))


def read_operators(path: Path) -> tuple[str, ...]:
    """The accounts that a desks.toml names as operators. Raises DeskConfigurationError."""
    return parse_operators(_text_of(path))


def read_noticeboard(path: Path) -> str | None:
    """The page that a desks.toml names for desks of signatories. Raises DeskConfigurationError."""
    return parse_noticeboard(_text_of(path))


def parse_operators(text: str) -> tuple[str, ...]:
    """The same from the text of the file. Raises DeskConfigurationError."""
    operators = _document(text).get("operators", [])
    if not isinstance(operators, list) or not all(
        isinstance(name, str) and name.strip() for name in operators
    ):
        raise DeskConfigurationError(
            [f'{_at(text, "operators")}: wants a list of accounts, such as ["Some Name"]']
        )
    return tuple(name.strip() for name in operators)


def parse_noticeboard(text: str) -> str | None:
    """The same from the text of the file. Raises DeskConfigurationError."""
    document = _document(text)
    title = document.get("noticeboard")
    if title is None:
        return None
    if not isinstance(title, str) or not title.strip() or set(title) & set("|#<>[]{}"):
        raise DeskConfigurationError(
            [f"{_at(text, 'noticeboard')}: wants the title of a page on the central wiki"]
        )
    return title.strip()


def _at(text: str, key: str) -> str:
    """A key before the first table, with its line."""
    line = places(text)[0].keys.get(key)
    return key if line is None else f"{key} (line {line})"


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise DeskConfigurationError([f"desks: cannot read the file: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DeskConfigurationError(
            [f"desks: line {line} is not UTF-8; wants the file saved as UTF-8"]
        ) from None


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
    where = places_of_desks(text)
    problems: list[str] = [
        f"{_at(text, name)}: is not known; known are {', '.join(sorted(_TOP))}"
        for name in document
        if name not in _TOP
    ]
    desks: dict[str, Desk] = {}
    for number, values in enumerate(tables):
        own = where.get(number, ())
        desk = _desk(_as_table(values), number, own, problems)
        if desk is None:
            continue
        table = Table({}, f"desk “{desk.key}”", own[0] if own else None, problems)
        if desk.key in desks:
            table.wrong("key", "stands twice; every desk needs its own")
        if desk.signatories_only and "noticeboard" not in document:
            table.wrong(
                "signatories_only",
                "wants noticeboard, the title of the page that lists them, at the head of the file",
            )
        desks[desk.key] = desk
    if problems:
        raise DeskConfigurationError(problems)
    return tuple(desks.values())


def places_of_desks(text: str) -> Mapping[int, Sequence[Place]]:
    """Of each desk by number, where its table and those of its members stand."""
    found: dict[int, list[Place]] = {}
    for place in places(text):
        if place.header == ("desk",):
            found[len(found)] = [place]
        elif found and place.header == ("desk", "member"):
            found[len(found) - 1].append(place)
    return found


def _as_table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _desk(
    values: Mapping[str, Any], number: int, where: Sequence[Place], problems: list[str]
) -> Desk | None:
    before, key = len(problems), values.get("key")
    called = f"desk “{key}”" if isinstance(key, str) and key else f"desk {number + 1}"
    table = Table(values, called, where[0] if where else None, problems)
    table.refuse_unknown(_FIELDS)
    desk = Desk(
        key=_key(table),
        name=table.text("name"),
        purpose=table.text("purpose", ""),
        wikis=_scope(table),
        members=_members(table, where[1:]),
        coordinators=table.ids("coordinators"),
        answer_by_days=table.number("answer_by_days", 7, 1, 365),
        retention_days=table.number("retention_days", RETENTION_DAYS, 30, 3650),
        languages=_languages(table),
        staffed=table.flag("staffed", default=True),
        elsewhere=table.text("elsewhere", ""),
        voice_age_days=table.number("voice_age_days", 30, 0, 3650),
        voice_edits=table.number("voice_edits", 50, 0, 100_000),
        signatories_only=table.flag("signatories_only", default=False),
    )
    return desk if len(problems) == before else None


def _key(table: Table) -> str:
    key = table.text("key")
    if key and not _KEY.fullmatch(key):
        table.wrong("key", "wants at most 40 of a-z, 0-9 and hyphens, a letter or digit first")
    return key


def _scope(table: Table) -> frozenset[str]:
    wikis = table.texts("wikis", ["*"])
    if not wikis or ("*" in wikis and len(wikis) > 1):
        table.wrong("wikis", 'wants dbnames, or ["*"] alone for all')
    return frozenset(wikis)


def _languages(table: Table) -> tuple[str, ...]:
    languages = table.texts("languages", ["en"])
    if not languages or not all(_LANGUAGE.fullmatch(one) for one in languages):
        table.wrong("languages", 'wants language codes, such as ["en", "pt-br"]')
    return languages


def _members(desk: Table, where: Sequence[Place]) -> tuple[Rule, ...]:
    rows = desk.values.get("member", [])
    if not isinstance(rows, list) or not rows:
        desk.wrong("member", "wants at least one [[desk.member]] table")
        return ()
    found: list[Rule | None] = []
    for number, row in enumerate(rows):
        # Written as a list within the desk's table, they have no places of their own.
        place = where[number] if len(where) == len(rows) else desk.place
        name = f"member {number + 1}"
        found.append(_member(Table(_as_table(row), desk.desk, place, desk.problems, name)))
    return tuple(rule for rule in found if rule is not None)


def _member(row: Table) -> Rule | None:
    """One [[desk.member]]: a local group, a global group, or one account until a day."""
    kinds = [kind for kind in _KINDS if kind in row.values]
    if len(kinds) != 1:
        row.wrong(
            "",
            "wants wiki and group, or global_group, or central_id with reason and until (a date)",
        )
        return None
    before = len(row.problems)
    row.refuse_unknown(_KINDS[kinds[0]])
    rule: Rule
    match kinds[0]:
        case "group":
            rule = LocalGroup(row.text("wiki"), _group(row, "group"))
        case "global_group":
            rule = GlobalGroup(_group(row, "global_group"))
        case _:
            rule = _listed(row)
    return rule if len(row.problems) == before else None


def _group(row: Table, key: str) -> str:
    group = row.text(key)
    if group in _IMPLICIT_GROUPS:
        row.wrong(key, f"“{group}” is everybody; wants a group that is given to people")
    elif group and not _GROUP.fullmatch(group):
        row.wrong(key, "wants a group as MediaWiki calls it, such as “suppress”")
    return group


def _listed(row: Table) -> Listed:
    central_id, until = row.values.get("central_id"), row.values.get("until")
    if not is_id(central_id):
        row.wrong("central_id", "wants a central id (a whole number)")
        central_id = 0
    if not isinstance(until, date) or isinstance(until, datetime):
        row.wrong("until", "wants the last day, such as 2027-12-31, without quotation marks")
        until = date.min
    assert isinstance(central_id, int)  # noqa: S101 - an id, or 0
    return Listed(central_id, row.text("reason"), until)
