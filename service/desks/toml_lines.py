# SPDX-License-Identifier: AGPL-3.0-or-later
"""On which line of a TOML file a table or a key stands: ``tomllib`` forgets it. Pure.

Only for texts that ``tomllib`` has read: what is not TOML is not found out here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_SKIPPED: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?!")|\'\'\'.*?\'\'\'(?!\')'  # texts of several lines
    r'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\''  # texts of one
    r"|\#[^\n]*",
    re.DOTALL,
)
"""What may hold brackets, line feeds and ``=`` that mean nothing."""
_HEADER: Final = re.compile(r"\[\[?([^\]\n]*)\]\]?")
_QUOTES: Final = "\"' \t"


@dataclass(frozen=True)
class Place:
    """A table: its header's names (none for what stands before the first), its line, those of its
    keys.
    """

    header: tuple[str, ...]
    line: int
    keys: dict[str, int] = field(default_factory=dict)


def places(text: str) -> list[Place]:
    """The tables of a file, in order."""
    found = [Place((), 1)]
    for line, statement in _statements(text):
        header = _HEADER.match(statement)
        if header is not None:
            names = tuple(name.strip(_QUOTES) for name in header[1].split("."))
            found.append(Place(names, line))
        else:
            key = statement.partition("=")[0].partition(".")[0].strip(_QUOTES)
            found[-1].keys.setdefault(key, line)
    return found


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header and each ``key = value`` with its line; texts and comments are left out of it,
    keys are not.
    """
    depth, start, line, statement = 0, 1, 1, ""
    position = 0
    while position < len(text):
        skipped = _SKIPPED.match(text, position)
        if skipped is not None:
            # A key may be quoted; a text in a value is of no interest.
            statement += "" if "=" in statement or skipped[0][0] == "#" else skipped[0]
            line += skipped[0].count("\n")
            position = skipped.end()
            continue
        sign = text[position]
        position += 1
        if sign == "\n":
            line += 1
        if sign == "\n" and depth == 0:
            if statement.strip():
                yield start, statement.strip()
            start, statement = line, ""
            continue
        if "=" in statement:
            depth += (sign in "[{") - (sign in "]}")
        statement += sign
    if statement.strip():
        yield start, statement.strip()
