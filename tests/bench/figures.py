# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a bench measured, beside what must hold, as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line: what was measured, what came out, what must hold (empty: nothing must)."""

    what: str
    measured: str
    bound: str = ""
    kept: bool = True

    @classmethod
    def at_most(cls, what: str, value: float, limit: float, unit: str = "") -> Figure:
        return cls(what, _shown(value, unit), f"≤ {_shown(limit, unit)}", value <= limit)

    @classmethod
    def at_least(cls, what: str, value: float, limit: float, unit: str = "") -> Figure:
        return cls(what, _shown(value, unit), f"≥ {_shown(limit, unit)}", value >= limit)


def table(figures: Iterable[Figure]) -> str:
    """Markdown, so that docs/benchmarks.md can take it as it is."""
    lines = ["| what | measured | must be | |", "| --- | ---: | ---: | --- |"]
    for one in figures:
        verdict = "" if not one.bound else "kept" if one.kept else "**missed**"
        lines.append(f"| {one.what} | {one.measured} | {one.bound} | {verdict} |")
    return "\n".join(lines)


def _shown(value: float, unit: str) -> str:
    number = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:,.1f}"
    return f"{number} {unit}".rstrip()
