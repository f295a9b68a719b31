# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the bot does in public depends on subscriptions, clock and language, and on nothing else."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

import onwiki.notices
import service.notices
from onwiki.notices.timetable import Rhythm
from service.notices.forgetting import forget_posted
from service.notices.models import PostedRow
from service.notices.scheduling import schedule_notices
from service.notices.subscriptions import Recipient
from service.queue.jobs import JobKind
from service.queue.models import JobRow
from service.worker.building import build_context
from tests.service.conftest import ManualClock
from tests.service.world import World

FORBIDDEN = ("service.reports", "service.cases", "service.desks", "service.audit")
FILES = [
    file
    for package in (onwiki.notices, service.notices)
    for file in sorted(Path(package.__path__[0]).rglob("*.py"))
]


def imports(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_code_of_notices_can_see_a_report(file: Path) -> None:
    assert not [name for name in imports(file) if name.startswith(FORBIDDEN)]


def queued(world: World) -> list[dict[str, object]]:
    """What is on its way to talk pages, without erasing it."""
    with world.services.database.read() as session:
        rows = session.scalars(select(JobRow).where(JobRow.kind == JobKind.NOTICE.value)).all()
        return sorted(
            (dict(world.services.vault.open(JobRow.payload, row.id, row.payload)) for row in rows),
            key=str,
        )


def test_a_slot_that_comes_is_queued_once(world: World) -> None:
    recipient = Recipient(101, "Larkspur", "sandboxwiki", "en")
    context = build_context(world.services)
    with world.services.database.write() as session:
        subscription = world.domain.subscriptions.subscribe(
            session, recipient, Rhythm.WEEKLY, world.services.clock()
        )
    schedule_notices(context)
    assert queued(world) == []
    world.services.clock.now = subscription.due  # type: ignore[attr-defined]
    schedule_notices(context)
    schedule_notices(context)
    (only,) = queued(world)
    assert only["name"] == "Larkspur"
    assert set(only) == {"central_id", "name", "wiki", "lang", "batch_day"}


def test_a_slot_missed_by_half_a_day_is_left_out(world: World) -> None:
    context = build_context(world.services)
    with world.services.database.write() as session:
        subscription = world.domain.subscriptions.subscribe(
            session,
            Recipient(101, "Larkspur", "sandboxwiki", "en"),
            Rhythm.WEEKLY,
            world.services.clock(),
        )
    world.services.clock.now = subscription.due + timedelta(hours=13)  # type: ignore[attr-defined]
    schedule_notices(context)
    assert queued(world) == []


def test_saving_the_form_twice_does_not_move_the_slots(world: World) -> None:
    recipient = Recipient(101, "Larkspur", "sandboxwiki", "en")
    with world.services.database.write() as session:
        subscriptions = world.domain.subscriptions
        now = world.services.clock()
        first = subscriptions.subscribe(session, recipient, Rhythm.MONTHLY, now)
        session.flush()
        assert subscriptions.subscribe(session, recipient, Rhythm.MONTHLY, now) == first


def test_what_was_posted_is_forgotten_after_thirty_days(world: World, clock: ManualClock) -> None:
    context = build_context(world.services)
    with world.services.database.write() as session:
        session.add(PostedRow(marker=b"m" * 32, day=world.services.today(), blob=b"sealed"))
    clock.advance(days=30)
    forget_posted(context)
    assert posted(world) == 1
    clock.advance(days=1)
    forget_posted(context)
    assert posted(world) == 0


def posted(world: World) -> int:
    with world.services.database.read() as session:
        return session.scalar(select(func.count()).select_from(PostedRow)) or 0
