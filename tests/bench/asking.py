# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests per wiki, the size of each, and wikis side by side: counted where they arrive."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from onwiki.bot import BotAccess
from service.evidence.checking import AT_ONCE, Checker, Line
from service.i18n.catalogue import SOURCE, Catalogue
from tests.bench.farm import BOT, FIRST_REVID, Farm, Place, farm
from tests.bench.figures import Figure

START_UP: Final = 3
WIKIS: Final = 20
HISTORY: Final = 3_000
SLOW_S: Final = 4.0

PLANS: Final = ((1, 1), (50, 1), (51, 1), (501, 2), (1_000, 4), (5_000, 1), (5_000, 20))
"""Links, wikis. Every fifth link is a duplicate; some thousand revisions do not exist."""


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder, farm(Path(folder), WIKIS, HISTORY) as wikis:
        for limit, access in ((50, None), (500, BOT)):
            for links, count in PLANS:
                yield from counted(wikis, links, count, limit, access)
        yield from side_by_side(wikis)


def counted(
    wikis: Farm, links: int, count: int, limit: int, access: BotAccess | None
) -> Iterator[Figure]:
    """The worst wiki of a run."""
    places = wikis.places[:count]
    cited = [(place, revids(links, count, number)) for number, place in enumerate(places)]
    wikis.forget()
    lines = run(wikis, [place.link(one) for place, some in cited for one in some], access)
    assert all(line.checked for line in lines), "a wiki was not asked"
    over, most, largest, allowed = -math.inf, 0, 0, 0
    for place, some in cited:
        seen = place.seen()
        bound = math.ceil(len(set(some)) / limit) + START_UP
        if len(seen) - bound > over:
            over, most, allowed = len(seen) - bound, len(seen), bound
        largest = max(largest, *(ids_in(one) for one in seen))
    what = f"{links:,} link{'s' * (links > 1)} on {count} wiki{'s' * (count > 1)}, limit {limit}"
    yield Figure.at_most(f"{what}: requests to the busiest wiki", most, allowed)
    yield Figure.at_most(f"{what}: ids in the largest request", largest, limit)


def revids(links: int, count: int, position: int) -> list[int]:
    """This wiki's share, every fifth one twice."""
    share = links // count + (position < links % count)
    return [FIRST_REVID + number - (number % 5 == 4) for number in range(share)]


def ids_in(seen: dict[str, object]) -> int:
    params = seen["params"]
    assert isinstance(params, dict)
    lists = (str(params.get(name, "")) for name in ("revids", "ususerids"))
    return max(len(ids.split("|")) if ids else 0 for ids in lists)


def side_by_side(wikis: Farm) -> Iterator[Figure]:
    """Slow wikis, one of each sandbox: the time of one, not of all."""
    places: tuple[Place, ...] = wikis.places[::2][:AT_ONCE]
    for place in places:
        place.sandbox.fail("slow", action="query+revisions", seconds=SLOW_S)
    wikis.forget()
    began = time.perf_counter()
    run(wikis, [place.link(FIRST_REVID) for place in places for _ in range(2)], None)
    took = time.perf_counter() - began
    for place in places:
        place.sandbox.recover()
    what = f"{AT_ONCE} wikis that take {SLOW_S:.0f} s each, side by side"
    yield Figure.at_most(what, took, AT_ONCE * SLOW_S * 0.75, "s")
    beside = max(int(str(one["beside"])) for place in places for one in place.seen())
    yield Figure.at_most("requests to one wiki at a time", beside + 1, 1)


def run(wikis: Farm, links: list[str], access: BotAccess | None) -> list[Line]:
    checker = Checker(wikis.wikis, access, Catalogue().messages(SOURCE))
    return list(checker.check(list(enumerate(links, 1)), None, lambda _: None))
