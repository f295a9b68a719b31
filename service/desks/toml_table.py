# SPDX-License-Identifier: AGPL-3.0-or-later
"""Typed reading of the tables of desks.toml: what is wrong is collected, with its desk and line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.desks.toml_lines import Place


class Table:
    """One table. ``name`` says which in a problem, after the desk; ``place`` is where it stands."""

    def __init__(
        self,
        values: Mapping[str, Any],
        desk: str,
        place: Place | None,
        problems: list[str],
        name: str = "",
    ) -> None:
        self.values = values
        self.desk = desk
        self.place = place
        self.problems = problems
        self.name = name

    def wrong(self, key: str, wish: str) -> None:
        """Note what is wrong with a key, on its line or, where it is missing, on its table's."""
        line = ""
        if self.place is not None:
            line = f" (line {self.place.keys.get(key, self.place.line)})"
        self.problems.append(": ".join(filter(None, (f"{self.desk}{line}", self.name, key, wish))))

    def refuse_unknown(self, known: frozenset[str]) -> None:
        for key in sorted(set(self.values) - known):
            self.wrong(key, f"is not known; known are {', '.join(sorted(known))}")

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
        if not isinstance(value, list) or not all(is_id(one) for one in value):
            self.wrong(key, "wants a list of central ids (whole numbers)")
            return frozenset()
        return frozenset(value)


def is_id(value: object) -> bool:
    """Whether it is a central id."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
