# SPDX-License-Identifier: AGPL-3.0-or-later
"""A worker that is killed before any of its statements: nothing is lost, nothing happens twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from onwiki.notices.timetable import Rhythm, next_slot
from onwiki.sandbox import demo
from service.matching.tokens import Kind
from service.notices.models import PostedRow, SubscriptionRow
from service.notices.subscriptions import Recipient
from service.queue.models import JobRow
from service.reports.record import LinkState
from service.services import utc_now
from service.worker.loop import LEASE_S
from tests.fixtures_sandbox import Sandbox
from tests.service.thread.correspondence import add
from tests.service.worker.killed_worker import MOST_LIVES
from tests.service.worker.test_report_to_findings import demo_revisions, findings, meta, states
from tests.service.world import DESK, World

HARNESS = Path(__file__).with_name("killed_worker.py")
ONE_LIFE = Path(__file__).with_name("one_life.py")
LARKSPUR = (1, "Larkspur")
FEWEST_DEATHS = 10
LONGER_THAN_LIVES = timedelta(seconds=MOST_LIVES * (LEASE_S + 1))
"""Their clocks run ahead by a lease each."""


@pytest.fixture
def environment(
    world: World, environ: dict[str, str], database_url: str, sandbox: Sandbox, tmp_path: Path
) -> dict[str, str]:
    """The service's environment with the sandbox as its wikis and bot."""
    return {
        **os.environ,
        **environ,
        "CS_DATABASE_URL": database_url,
        "CS_EXTRA_WIKIS": str(tmp_path / "wikis.json"),
        "CS_OAUTH_WIKI": sandbox.wiki("sandboxwiki").index_url,
        "CS_BOT_NAME": demo.BOT_NAME,
        "CS_BOT_CONSUMER_KEY": demo.BOT.key,
        "CS_BOT_CONSUMER_SECRET": demo.BOT.secret,
        "CS_BOT_ACCESS_KEY": demo.BOT_ACCESS_KEY,
        "CS_BOT_ACCESS_SECRET": demo.BOT_ACCESS_SECRET,
        "CS_BOT_RUN_PAGE": "Project:Support bot",
    }


def die_until_done(environment: dict[str, str]) -> int:
    """How many workers were killed before one lived."""
    done = subprocess.run(
        [sys.executable, str(HARNESS)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return int(done.stdout)


def test_findings_are_written_once_and_the_report_is_entered_once(
    world: World, environment: dict[str, str], sandbox: Sandbox
) -> None:
    revid = demo_revisions(sandbox)[-1]
    report = world.file(
        LARKSPUR, ("Thornbury",), (f"{sandbox.base_url}/w/index.php?oldid={revid}",)
    )
    age_queue(world)
    assert die_until_done(environment) >= FEWEST_DEATHS
    assert states(world, report) == [LinkState.CHECKED]
    assert meta(world, report).findings == 1
    assert len(findings(world, report)) == 1
    with world.services.database.read() as session:
        (row,) = world.domain.reading.listing(session, world.desk, world.as_reader("Rowanbark"))
        assert (row.reports, row.voices) == ("1", "1")
        assert world.domain.journal.verify(session, DESK) == []
    accounts = json.loads(world.open_part("Rowanbark", report, "accounts"))["accounts"]
    assert [one["typed"] for one in accounts] == ["Thornbury"]


def test_an_addition_is_entered_once(
    world: World, environment: dict[str, str], sandbox: Sandbox
) -> None:
    revid = demo_revisions(sandbox)[-1]
    report = world.file(LARKSPUR, ("Thornbury",))
    add(world, report, links=(f"{sandbox.base_url}/w/index.php?oldid={revid}",))
    age_queue(world)
    assert die_until_done(environment) >= FEWEST_DEATHS
    assert states(world, report) == [LinkState.CHECKED]
    assert len(findings(world, report)) == 1
    (token,) = meta(world, report).tokens(Kind.REVISION)
    with world.services.database.read() as session:
        assert [one.id for one in world.domain.cases.members(session, token)] == [report]


def test_a_reminder_is_posted_once(
    world: World, environment: dict[str, str], sandbox: Sandbox
) -> None:
    let_one_slot_come(world, sandbox)
    assert die_until_done(environment) >= FEWEST_DEATHS
    assert reminders_on(talk_page(sandbox)) == 1
    assert recorded(world) == 1


def test_a_reminder_is_posted_once_when_the_wiki_finishes_what_a_killed_worker_asked_for(
    world: World, environment: dict[str, str], sandbox: Sandbox
) -> None:
    let_one_slot_come(world, sandbox)
    sandbox.fail("slow", action="edit", times=1, seconds=3600)
    with subprocess.Popen([sys.executable, str(ONE_LIFE), "0"], env=environment) as doomed:
        while edits(sandbox) == 0:
            assert doomed.poll() is None
        doomed.kill()
    assert reminders_on(talk_page(sandbox)) == 0
    subprocess.run([sys.executable, str(ONE_LIFE), "1"], env=environment, check=True, timeout=600)
    assert reminders_on(talk_page(sandbox)) == 1
    sandbox.recover()
    sandbox.wait_until_all_is_answered()
    assert edits(sandbox) == 2
    assert reminders_on(talk_page(sandbox)) == 1
    assert recorded(world) == 1


def let_one_slot_come(world: World, sandbox: Sandbox) -> None:
    """Larkspur subscribed, and a slot has come; the next one is later than any life here ends."""
    recipient = Recipient(sandbox.person("Larkspur").id, "Larkspur", "sandboxwiki", "en")
    subscriptions, now = world.domain.subscriptions, utc_now()
    drawn = False
    with world.services.database.write() as session:
        while not drawn:
            subscriptions.end(session, recipient.central_id)
            found = subscriptions.subscribe(session, recipient, Rhythm.WEEKLY, now)
            drawn = next_slot(found.timetable, now) - now > LONGER_THAN_LIVES
        session.execute(update(SubscriptionRow).values(due=int(now.timestamp())))
    assert reminders_on(talk_page(sandbox)) == 0


def reminders_on(text: str) -> int:
    return text.count("community-support:")


def recorded(world: World) -> int:
    """How many reminders could be taken back."""
    with world.services.database.read() as session:
        return session.scalar(select(func.count()).select_from(PostedRow)) or 0


def edits(sandbox: Sandbox) -> int:
    """How many the wiki was asked for."""
    return sum(one["params"].get("action") == "edit" for one in sandbox.requests())


def talk_page(sandbox: Sandbox) -> str:
    answer = sandbox.wiki("sandboxwiki").api(
        action="query", titles="User talk:Larkspur", prop="revisions", rvprop="content",
        rvslots="main",
    )  # fmt: skip
    page = answer["query"]["pages"][0]
    revisions = page.get("revisions")
    return revisions[0]["slots"]["main"]["content"] if revisions else ""


def age_queue(world: World) -> None:
    """Rows made on the tests' day would be too old for a worker of today: move them to today."""
    seconds = int(utc_now().timestamp())
    with world.services.database.write() as session:
        session.execute(update(JobRow).values(made=seconds, due=seconds))
