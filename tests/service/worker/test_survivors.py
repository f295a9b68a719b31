# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the bench counts after processes were killed: it finds what would be wrong."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest

from onwiki.notices.marker import comment
from onwiki.notices.timetable import Rhythm
from onwiki.sandbox import accounts, revisions
from onwiki.sandbox.demo import BOT_NAME
from onwiki.sandbox.titles import parse_title
from service.ids import to_text
from service.matching.multimap import Multimap
from service.matching.tokens import Kind
from service.notices.subscriptions import Recipient
from service.quota.quota import Allowance
from service.sessions.person import Person
from service.worker.context import Context
from service.worker.loop import Worker
from tests.bench.site import Site
from tests.bench.survivors import (
    charged_otherwise,
    checked_otherwise,
    not_entered_once,
    reminders,
    rows_left,
    stored,
)
from tests.fixtures_sandbox import Sandbox
from tests.service.worker.test_report_to_findings import demo_revisions, meta
from tests.service.world import World

LARKSPUR = (1, "Larkspur")


@pytest.fixture
def bench(world: World, sandbox: Sandbox, tmp_path: Path) -> Site:
    return Site(tmp_path, {}, world.services, sandbox, tuple(world.readers.values()))


@pytest.fixture
def filed(world: World, bench: Site, sandbox: Sandbox) -> bytes:
    """A report with a link, charged to its reporter's quota, before any worker came."""
    link = f"{sandbox.base_url}/w/index.php?oldid={demo_revisions(sandbox)[-1]}"
    report = world.file(LARKSPUR, ("Thornbury",), (link,))
    name = to_text(report)
    bench.people[name], bench.links[name] = Person(*LARKSPUR), (link,)
    charge(world)
    return report


@pytest.fixture
def done(filed: bytes, context: Context) -> bytes:
    """The same once the worker has done its part."""
    Worker(context).run_until_idle()
    return filed


def charge(world: World) -> None:
    quota, services = world.domain.quota, world.services
    with services.database.write() as session:
        quota.count(session, LARKSPUR[0], Allowance.of(services.config), services.today())


def test_nothing_is_wrong_with_a_report_that_was_dealt_with(bench: Site, done: bytes) -> None:
    name = to_text(done)
    assert stored(bench.services) == {name}
    assert rows_left(bench.services) == 0
    assert not_entered_once(bench, [name]) == []
    assert charged_otherwise(bench, [name]) == []
    assert checked_otherwise(bench, [name]) == []


def test_one_that_waits_for_the_worker_is_found(bench: Site, filed: bytes) -> None:
    name = to_text(filed)
    assert rows_left(bench.services) == 1
    assert not_entered_once(bench, [name]) == [name]
    assert checked_otherwise(bench, [name]) == [name]


def test_one_that_is_not_there_is_found(bench: Site) -> None:
    name = to_text(bytes(16))
    bench.links[name] = ("https://en.wikipedia.org/wiki/Special:Diff/1",)
    assert not_entered_once(bench, [name]) == [name]
    assert checked_otherwise(bench, [name]) == [name]


@pytest.mark.parametrize("kind", [Kind.ACCOUNT, Kind.REPORTER])
def test_one_that_is_twice_in_a_list_is_found(
    world: World, bench: Site, done: bytes, kind: Kind
) -> None:
    found, services, name = meta(world, done), world.services, to_text(done)
    token = found.reporter if kind is Kind.REPORTER else found.tokens(kind)[0]
    with services.database.write() as session:
        lists = Multimap(session, services.match_keys, services.at_rest)
        lists.append(token, {"report": base64.b64encode(done).decode()})
    assert not_entered_once(bench, [name]) == [name]


def test_whoever_was_charged_twice_or_for_nothing_is_found(
    world: World, bench: Site, filed: bytes
) -> None:
    assert charged_otherwise(bench, []) == [LARKSPUR[0]]
    charge(world)
    assert charged_otherwise(bench, [to_text(filed)]) == [LARKSPUR[0]]


def test_a_link_that_was_answered_twice_is_found(world: World, bench: Site, done: bytes) -> None:
    body = json.loads(world.open_part("Rowanbark", done, "finding-0"))
    reports = world.domain.reports
    with world.services.database.write() as session:
        report = reports.get(session, done, lock=True)
        assert report is not None
        reports.save_meta(session, done, reports.seal_answers(session, report, body))
    assert checked_otherwise(bench, [to_text(done)]) == [to_text(done)]


def test_a_finding_that_is_missing_is_found(world: World, bench: Site, done: bytes) -> None:
    with world.services.database.write() as session:
        lost = replace(meta(world, done), findings=0)
        world.domain.reports.get(session, done, lock=True)
        world.domain.reports.save_meta(session, done, lost)
    assert checked_otherwise(bench, [to_text(done)]) == [to_text(done)]


def test_reminders_are_counted_on_the_talk_page(
    world: World, bench: Site, sandbox: Sandbox
) -> None:
    services = world.services
    with services.database.write() as session:
        recipient = Recipient(*LARKSPUR, "sandboxwiki", "en")
        world.domain.subscriptions.subscribe(session, recipient, Rhythm.WEEKLY, services.clock())
    assert reminders(bench) == [0]
    first, second = comment("1" * 32), comment("2" * 32)
    for text, twice in ((first + second, 1), (first + second + first, 2)):
        with sandbox.store.writing() as db:
            bot = accounts.local_by_name(db, "sandboxwiki", BOT_NAME)
            assert bot is not None
            title = parse_title("User talk:Larkspur")
            revisions.save(db, "sandboxwiki", title, bot, text, "", sandbox.store.now())
        assert reminders(bench) == [twice]
