# SPDX-License-Identifier: AGPL-3.0-or-later
"""A second look at desks.toml: is what it names there, and does it hold today?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from oauth.membership import Listed, LocalGroup
from onwiki.wikis import WikiList
from service.desks.configuration import places_of_desks
from service.desks.desk import Desk
from service.desks.toml_lines import Place


@dataclass(frozen=True)
class Looked:
    """``problems`` keep the file from being used as it is meant; ``notes`` are worth knowing."""

    problems: tuple[str, ...]
    notes: tuple[str, ...]


def look_at(text: str, desks: Sequence[Desk], wikis: WikiList, today: date) -> Looked:
    """``desks`` are those of ``text``, in its order."""
    where = places_of_desks(text)
    problems: list[str] = []
    notes: list[str] = []
    for number, desk in enumerate(desks):
        own = where.get(number, ())
        problems += _unknown_wikis(desk, own, wikis)
        notes += _what_ends(desk, own, today)
    return Looked(tuple(problems), tuple(notes))


def _unknown_wikis(desk: Desk, where: Sequence[Place], wikis: WikiList) -> Iterator[str]:
    for dbname in sorted(desk.wikis - {"*"}):
        if wikis.by_dbname(dbname) is None:
            place = _place(desk, where, 0, "wikis")
            yield f"{place}: wikis: “{dbname}” is no wiki of the list; wants a dbname"
    for number, rule in enumerate(desk.members, 1):
        if isinstance(rule, LocalGroup) and wikis.by_dbname(rule.dbname) is None:
            place = _place(desk, where, number, "wiki")
            name = f"member {number}: wiki"
            yield f"{place}: {name}: “{rule.dbname}” is no wiki of the list; wants a dbname"


def _what_ends(desk: Desk, where: Sequence[Place], today: date) -> Iterator[str]:
    """Members by list whose day is over, or will be within a month."""
    for number, rule in enumerate(desk.members, 1):
        if isinstance(rule, Listed) and (rule.until - today).days < 30:
            place = _place(desk, where, number, "until")
            over = "is over since" if rule.until < today else "ends on"
            yield f"{place}: member {number}: until: {over} {rule.until}"


def _place(desk: Desk, where: Sequence[Place], number: int, key: str) -> str:
    """The desk, with the line of a key of its table (0) or of one of its members."""
    if number >= len(where):
        return f"desk “{desk.key}”"
    return f"desk “{desk.key}” (line {where[number].keys.get(key, where[number].line)})"
