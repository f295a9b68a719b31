# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recognising: how many links a second on one core, and what a hostile one costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from typing import Final

from onwiki.links import offline, recognise
from onwiki.wikis import WikiList
from tests.bench.figures import Figure
from tests.onwiki.links.test_robustness import PREFIXES, UNITS

LINKS: Final = 100_000
RATE: Final = 25_000
SIZE: Final = 2048
MOST: Final = 20
"""What a hostile link may cost, in ordinary ones."""

FORMS: Final = (
    "https://en.wikipedia.org/w/index.php?diff={0}&oldid={1}",
    "https://de.wikipedia.org/w/index.php?title=Diskussion:Fl%C3%BCsse&diff=prev&oldid={0}",
    "https://en.wikipedia.org/wiki/Special:Diff/{0}",
    "https://fr.m.wikipedia.org/wiki/Sp%C3%A9cial:MobileDiff/{0}",
    "https://commons.wikimedia.org/w/index.php?title=File:Stone.jpg&oldid={0}",
    "https://www.wikidata.org/wiki/Special:PermanentLink/{0}",
    "https://en.wikipedia.org/wiki/Special:Log?logid={0}",
    "https://es.wikipedia.org/wiki/Especial:Diff/{0}/{1}",
    "https://meta.wikimedia.org/wiki/Talk:River_stones#c-Larkspur-20260503140200",
    "[[Special:Diff/{0}|this edit]]",
    "{{{{diff2|{0}}}}}",
    "https://zh.wikipedia.org/zh-hant/User_talk:Larkspur?oldid={0}",
)


def measure() -> Iterator[Figure]:
    wikis = WikiList.snapshot()
    links = [FORMS[number % len(FORMS)].format(number + 10, number + 5) for number in range(LINKS)]
    list(offline(islice(links, 1000), wikis, "enwiki"))  # caches are warm in a service, too
    took = min(one_pass(links, wikis) for _ in range(3))
    yield Figure.at_least(f"{LINKS:,} links recognised, one core", LINKS / took, RATE, "/s")
    ordinary = took / LINKS
    worst = max(cost(text, wikis) for text in hostile_links())
    yield Figure.at_most("the worst link of 2 KiB, in ordinary ones", worst / ordinary, MOST)


def one_pass(links: list[str], wikis: WikiList) -> float:
    """Seconds of processor time: other programs on the machine do not count."""
    began = time.process_time()
    assert sum(not line.startswith("reject") for line in offline(links, wikis, "enwiki")) == LINKS
    return time.process_time() - began


def hostile_links() -> Iterator[str]:
    """2 KiB of everything that a parser may stumble over."""
    for prefix in PREFIXES:
        for unit in (*UNITS, "%g"):
            for end in ("", "x", "]]", "}}"):
                room = SIZE - len(prefix.encode()) - len(end)
                yield prefix + unit * (room // len(unit.encode("utf-8", "surrogatepass"))) + end


def cost(text: str, wikis: WikiList) -> float:
    """Seconds; the best of three tries of ten."""

    def once() -> float:
        began = time.process_time()
        for _ in range(10):
            recognise(text, wikis, "enwiki")
        return (time.process_time() - began) / 10

    return min(once() for _ in range(3))
