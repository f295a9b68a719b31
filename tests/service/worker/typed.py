# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people type in the busy year, in many letters and in few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RARE: Final = ("xylographer", "quixotically", "Zwischenraum", "серебрянка")


@dataclass(frozen=True)
class Typed:
    """What people write and call things."""

    narrative: str
    added: str
    answer: str
    why: str
    account: str
    """Somebody whom no wiki knows."""
    link: str
    """A pasted text that is no evidence."""
    file: str
    declared: str


LONG: Final = Typed(
    narrative=f"A {' and '.join(RARE)} came by. " + "It went on and on. " * 40,
    added=f"More {RARE[1]}, and then {RARE[2]} again, and nobody helped.",
    answer=f"Because {RARE[2]}: we have read all that you wrote, and what you added.",
    why=f"Why: {RARE[0]}, and for the safety of everybody who lives there.",
    account=f"{RARE[0].capitalize()} of the {RARE[2]}",
    link=f"https://{RARE[0]}.example.org/{RARE[1]}/of/all/places",
    file=f"photo of {RARE[0]} by {RARE[2]}.pdf",
    declared=f"{RARE[1].capitalize()} {RARE[2]} at night",
)
SHORT: Final = Typed("No.", "So.", "Yes.", "To.", "Xy", "https://xy.org", "a.pdf", "Zw")
"""The same history in as few letters as can be."""
