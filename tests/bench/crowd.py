# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many people at once: what they do, and what came of it. How they do it: ``clients``."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.bench.forms import Filled

FIRST_PAGE: Final = "first page"
FORM: Final = "form"
FILING: Final = "filing"
OWN_LIST: Final = "own list"


@dataclass(frozen=True)
class Crowd:
    """A client for each of ``clients``, who files these reports one after the other; each time the
    first page and the form are opened before, the own list after it.
    """

    desk: str
    host: str
    """What stands in the Host header, whichever process is asked."""
    ports: tuple[int, ...]
    """Of the web processes. A client stays with one until a connection breaks."""
    clients: Sequence[tuple[Filled, ...]] = field(repr=False)
    seconds: float | None = None
    """When the last request begins; None: when every report is filed."""
    again: bool = False
    """Whether a request whose connection broke is sent again, as it was, to the next process."""


@dataclass
class Came:
    """What came of it. Reports are named by their ids in address form."""

    times_ms: dict[str, list[float]] = field(default_factory=dict)
    """By what was asked for, each from the first byte sent to the last one read."""
    accepted: list[str] = field(default_factory=list)
    """Reports whose filing was answered with their address."""
    errors: Counter[str] = field(default_factory=Counter)
    """Answers that nobody should get, and connections that broke for good."""
    broken: int = 0
    """Connections that broke and were made anew."""
    filed_again: int = 0
    """Filings that were sent more than once."""

    def add(self, other: Came) -> None:
        for what, times in other.times_ms.items():
            self.times_ms.setdefault(what, []).extend(times)
        self.accepted += other.accepted
        self.errors += other.errors
        self.broken += other.broken
        self.filed_again += other.filed_again

    @property
    def all_times_ms(self) -> list[float]:
        return [one for times in self.times_ms.values() for one in times]


def percentile(times: Sequence[float], share: float) -> float:
    """The smallest of ``times`` that at least ``share`` (of 1) of them do not exceed."""
    ordered = sorted(times)
    return ordered[max(math.ceil(len(ordered) * share), 1) - 1]
