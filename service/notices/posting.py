# SPDX-License-Identifier: AGPL-3.0-or-later
"""Posting one reminder, exactly once: by its marker it is found again, whoever died in between."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Final

from onwiki.errors import WikiUnavailable
from onwiki.notices import AlreadyPosted, Posted, marker, post
from onwiki.notices.pacing import BETWEEN_POSTS
from service.logs import facts
from service.notices.models import PostedRow
from service.notices.subscriptions import KIND
from service.queue.jobs import Job, back_off
from service.worker.context import Context

TURN: Final = "notices"
LATEST: Final = timedelta(days=1)
"""A reminder that could not be posted within a day of its slot is left out."""

_log = logging.getLogger(__name__)


def post_notice(context: Context, job: Job) -> None:
    """Post the reminder of the row, or give the row back when it is not the bot's turn yet."""
    now = context.clock()
    queue, subscriptions = context.domain.queue, context.domain.subscriptions
    with context.database.write() as session:
        ended = subscriptions.of(session, job.payload["central_id"]) is None
        if not ended and not queue.take_turn(
            session, TURN, now, int(BETWEEN_POSTS.total_seconds())
        ):
            queue.wait_for_turn(session, job, now + BETWEEN_POSTS)
            return
    if ended:  # since the slot came: nobody gets what they no longer want
        _leave_out(context, job, "ended")
        return
    wiki = context.wikis.by_dbname(job.payload["wiki"])
    batch_day = date.fromisoformat(job.payload["batch_day"])
    if wiki is None or context.access is None or now - job.made > LATEST:
        _leave_out(context, job, "too-late" if wiki and context.access else "no-bot")
        return
    mark = marker(context.marker_key, KIND, job.payload["central_id"], batch_day)
    try:
        outcome = post(
            wiki,
            context.access,
            job.payload["name"],
            job.payload["lang"],
            mark,
            context.run_page,
            context.wiki_timeout_s,
        )
    except WikiUnavailable as unavailable:
        with context.database.write() as session:
            due = context.clock() + back_off(job.attempts, unavailable.retry_after_s)
            queue.postpone(session, job, due)
        return
    if not isinstance(outcome, Posted | AlreadyPosted):
        _leave_out(context, job, outcome.reason.value)
        return
    _keep(context, job, mark, outcome.revid)


def leave_out_notice(context: Context, job: Job) -> None:
    """The row is too old: its slot passed long ago."""
    _leave_out(context, job, "too-late")


def _keep(context: Context, job: Job, mark: str, revid: int) -> None:
    """Record what was posted, so that it can be taken back; the name is not kept with it."""
    label = context.domain.vault.label("posted-notice", mark.encode())
    value = {"wiki": job.payload["wiki"], "revid": revid}
    vault = context.domain.vault
    with context.database.write() as session:
        context.domain.queue.finish(session, job)
        session.merge(
            PostedRow(
                marker=label,
                day=context.clock().date(),
                blob=vault.seal(PostedRow.blob, label, value),
            )
        )


def _leave_out(context: Context, job: Job, reason: str) -> None:
    """This slot passes without a reminder; the next one comes by the timetable."""
    with context.database.write() as session:
        context.domain.queue.finish(session, job)
    _log.info("a reminder was left out", extra=facts(reason=reason))
