# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reminders between their slot and the talk page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onwiki.notices.post import STILL_AT_IT_S
from onwiki.notices.timetable import Rhythm
from service.notices.commands import let_all_come
from service.notices.subscriptions import Recipient
from service.worker.context import Context
from service.worker.loop import LEASE_S, Worker
from tests.fixtures_sandbox import Sandbox
from tests.service.world import World


@pytest.mark.parametrize("ends", [False, True], ids=["wanted", "ended"])
def test_a_reminder_that_was_ended_after_its_slot_came_is_not_posted(
    world: World, context: Context, sandbox: Sandbox, *, ends: bool
) -> None:
    person = sandbox.person("Larkspur")
    subscriptions = world.domain.subscriptions
    with world.services.database.write() as session:
        recipient = Recipient(person.id, "Larkspur", "sandboxwiki", "en")
        subscriptions.subscribe(session, recipient, Rhythm.WEEKLY, world.services.clock())
    let_all_come(world.services)
    if ends:
        with world.services.database.write() as session:
            subscriptions.end(session, person.id)
    sandbox.forget_requests()
    Worker(context).run_until_idle()
    edits = [one for one in sandbox.requests() if one["params"].get("action") == "edit"]
    assert len(edits) == (0 if ends else 1)
    with world.services.database.read() as session:
        later = world.services.clock() + timedelta(days=1)
        assert world.domain.queue.next_due(session, later) is None


def test_nobody_tries_again_before_the_wiki_must_be_done_with_the_last_attempt(
    world: World, context: Context, sandbox: Sandbox
) -> None:
    person = sandbox.person("Larkspur")
    with world.services.database.write() as session:
        recipient = Recipient(person.id, "Larkspur", "sandboxwiki", "en")
        world.domain.subscriptions.subscribe(
            session, recipient, Rhythm.WEEKLY, world.services.clock()
        )
    let_all_come(world.services)
    sandbox.fail("503", action="edit", times=1)
    Worker(context).run_until_idle()
    now = world.services.clock()
    with world.services.database.read() as session:
        due = world.domain.queue.next_due(session, now + timedelta(days=1))
    assert due is not None
    assert due - now >= timedelta(seconds=STILL_AT_IT_S)
    assert Context.wiki_timeout_s + STILL_AT_IT_S <= LEASE_S, "nor who takes over from a dead one"
