# SPDX-License-Identifier: AGPL-3.0-or-later
"""A duty of the worker that fails does not keep the others from being done."""

from __future__ import annotations

from sqlalchemy import update

from onwiki.notices.timetable import Rhythm
from service.notices.models import SubscriptionRow
from service.notices.subscriptions import Recipient
from service.worker.context import Context
from service.worker.loop import Worker
from tests.service.world import World


def test_a_subscription_that_no_key_opens_does_not_stop_reports(
    world: World, context: Context
) -> None:
    now = world.services.clock()
    recipient = Recipient(1, "Larkspur", "sandboxwiki", "en")
    with world.services.database.write() as session:
        world.domain.subscriptions.subscribe(session, recipient, Rhythm.WEEKLY, now)
    with world.services.database.write() as session:
        session.execute(update(SubscriptionRow).values(blob=b"garbage", due=0))
    report = world.file((1, "Larkspur"), ("Thornbury",))
    Worker(context).run_until_idle()
    with world.services.database.read() as session:
        found = world.domain.reports.get(session, report)
    assert found is not None
    assert found.meta.folded
