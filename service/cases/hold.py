# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which reports are released: the largest set in which everybody's own wish is met by the set.

Pure. A held report asks for N people in all, its reporter included, who have reported one of the
accounts that it names (DESIGN 6, "Hold"). {2, 5} releases nobody; {2, 2} both; {1, 2} both, too:
who did not ask for company counts as N = 1.

The set is well defined. Whoever joins can only add voices, so of two sets in which everybody's
wish is met the union is such a set again: the largest is the union of all, and it is what remains
when those whose wish cannot be met are taken away until nobody is left to take.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Filed:
    """A report as the rule sees it. ``people`` is N: 1 for one that is not held, whose hold was
    ended, or that was released before. ``counts``: its reporter is a voice to others.
    """

    report: bytes
    person: bytes
    accounts: frozenset[bytes]
    people: int = 1
    counts: bool = True


def released(filed: Iterable[Filed]) -> frozenset[bytes]:
    """The reports of the largest set in which everybody's own N is met by the set itself."""
    staying = {one.report: one for one in filed}
    while True:
        voices = _voices(staying.values())
        leaving = [one.report for one in staying.values() if not is_met(one, voices)]
        if not leaving:
            return frozenset(staying)
        for report in leaving:
            del staying[report]


def is_met(one: Filed, voices: Mapping[bytes, set[bytes]]) -> bool:
    """Whether enough people (``voices``: by account) have reported an account of this report.

    One account of several is enough: otherwise each further name would make the report wait
    longer. The reporter's own voice always counts for the own report: "me included".
    """
    if one.people <= 1:
        return True
    nobody: set[bytes] = set()
    return any(
        len(known := voices.get(account, nobody)) + (one.person not in known) >= one.people
        for account in one.accounts
    )


def _voices(filed: Iterable[Filed]) -> Mapping[bytes, set[bytes]]:
    """Who has reported each account: a person once, however many reports."""
    voices: dict[bytes, set[bytes]] = defaultdict(set)
    for one in filed:
        if one.counts:
            for account in one.accounts:
                voices[account].add(one.person)
    return voices
