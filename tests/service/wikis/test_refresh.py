# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of wikis is asked for once a day, by one worker, and everybody follows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from onwiki.extra_wikis import parse_extra_wikis
from onwiki.sandbox.api.sitematrix import NEWER
from onwiki.wikis import WikiList
from service.wikis.kept import Follower, fetched_at
from service.wikis.refresh import WikiRefresh
from service.worker.context import Context
from tests.fixtures_sandbox import Sandbox
from tests.service.conftest import ManualClock


def asked(sandbox: Sandbox) -> int:
    return sum("sitematrix" in seen["labels"] for seen in sandbox.requests())


def knows_newer(wikis: WikiList) -> bool:
    return wikis.by_dbname(NEWER.dbname) is not None


def test_new_wiki_is_known_to_the_worker_and_to_the_web(
    context: Context, clock: ManualClock
) -> None:
    web = WikiList.snapshot().copy()
    follower = Follower(context.database, web)
    follower.follow(clock())
    WikiRefresh(context).step()
    assert knows_newer(context.wikis)
    assert not follower.follow(clock()), "not yet"
    assert not knows_newer(web)
    clock.advance(minutes=11)
    assert follower.follow(clock())
    assert knows_newer(web)
    assert not knows_newer(WikiList.snapshot())


def test_it_is_asked_once_a_day_however_many_workers_there_are(
    context: Context, sandbox: Sandbox, clock: ManualClock
) -> None:
    others = [replace(context, wikis=WikiList.snapshot().copy()) for _ in range(2)]
    workers = [WikiRefresh(one) for one in (context, *others)]
    for _ in range(6 * 24):
        for worker in workers:
            worker.step()
        clock.advance(minutes=10)
    assert asked(sandbox) == 1
    assert all(knows_newer(one.wikis) for one in (context, *others))
    for worker in workers:
        worker.step()
    assert asked(sandbox) == 2


@pytest.mark.parametrize("kind", ["503", "malformed", "html", "redirect"])
def test_failure_keeps_the_list_and_is_tried_again_in_an_hour(
    context: Context, sandbox: Sandbox, clock: ManualClock, kind: str
) -> None:
    sandbox.fail(kind, action="sitematrix")
    worker = WikiRefresh(context)
    for _ in range(3):
        worker.step()
        clock.advance(minutes=15)
    assert asked(sandbox) == 1
    assert len(context.wikis.own) == len(WikiList.snapshot().own)
    with context.database.read() as session:
        assert fetched_at(session) is None
    sandbox.recover()
    clock.advance(minutes=30)
    worker.step()
    assert knows_newer(context.wikis)


def test_configured_wikis_stay_beside_the_new_list(context: Context, sandbox: Sandbox) -> None:
    extra = parse_extra_wikis([{"dbname": "sandboxwiki", "url": f"{sandbox.base_url}/w"}])
    wikis = WikiList.snapshot().with_extra(extra)
    WikiRefresh(replace(context, wikis=wikis)).step()
    assert knows_newer(wikis)
    assert wikis.by_dbname("sandboxwiki") is not None
