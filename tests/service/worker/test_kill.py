# SPDX-License-Identifier: AGPL-3.0-or-later
"""A worker that is killed before any of its statements: nothing is lost, nothing happens twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from onwiki.notices.timetable import Rhythm
from onwiki.sandbox import demo
from service.matching.tokens import Kind
from service.notices.models import PostedRow
from service.notices.subscriptions import Recipient
from service.queue.models import JobRow
from service.reports.record import LinkState
from service.services import utc_now
from tests.fixtures_sandbox import Sandbox
from tests.service.thread.correspondence import add
from tests.service.worker.test_report_to_findings import demo_revisions, findings, meta, states
from tests.service.world import DESK, World

HARNESS = Path(__file__).with_name("killed_worker.py")
LARKSPUR = (1, "Larkspur")
FEWEST_DEATHS = 10


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
    recipient = Recipient(sandbox.person("Larkspur").id, "Larkspur", "sandboxwiki", "en")
    before = talk_page(sandbox)
    now = world.services.clock()
    with world.services.database.write() as session:
        subscription = world.domain.subscriptions.subscribe(session, recipient, Rhythm.WEEKLY, now)
        world.domain.subscriptions.enqueue(session, subscription, now, now)
    age_queue(world)
    assert die_until_done(environment) >= FEWEST_DEATHS
    after = talk_page(sandbox)
    assert after.count("community-support:") == before.count("community-support:") + 1
    with world.services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(PostedRow)) == 1


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
