# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker's part: asking the wiki, and sealing what it answered to the reader who asked.

The answer is for that reader's key alone, the one of the time of asking: others of the desk may be
recused from either account, and a key that came later may be somebody else's.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from onwiki.errors import WikiUnavailable
from onwiki.evidence.interaction import (
    Closeness,
    Interaction,
    Question,
    Window,
    ask_interaction,
)
from service.interactions.record import UNDER_WAY, State
from service.interactions.sealed import seal_answer
from service.keys.store import PersonalKey
from service.queue.jobs import LONGEST_KEPT, Job, back_off
from service.worker.context import Context


def ask_wiki(context: Context, job: Job) -> None:
    """Ask once; a wiki that does not answer is asked again later."""
    with context.database.write() as session:
        wanted = _key(context, session, job) is not None
    if not wanted:
        _end(context, job, State.DROPPED)
        return
    wiki = context.wikis.by_dbname(job.payload["wiki"])
    if wiki is None or wiki.private:
        _end(context, job, State.GIVEN_UP)
        return
    question = _question(job)
    try:
        asked = ask_interaction(
            wiki, question, context.access, context.clock(), timeout_s=context.wiki_timeout_s
        )
    except WikiUnavailable as unavailable:
        _ask_later(context, job, unavailable.retry_after_s)
        return
    _keep(context, job, asked.found)


def give_up_asking(context: Context, job: Job) -> None:
    """The names may not be kept any longer: erase them, and say so to the reader."""
    _end(context, job, State.GIVEN_UP)


def _question(job: Job) -> Question:
    payload = job.payload
    return Question(
        payload["first"],
        payload["second"],
        Window(payload["window"]),
        Closeness(payload["closeness"]),
    )


def _key(context: Context, session: Session, job: Job) -> PersonalKey | None:
    """The asker's key, if it is still the one of the time of asking, and the answer is wanted."""
    interactions = context.domain.interactions
    asked = interactions.get(session, _request(job))
    if asked is None or asked.state not in UNDER_WAY:
        return None
    key = interactions.key_of(session, asked.desk, asked.owner)
    return key if key is not None and key.id.hex() == job.payload["key"] else None


def _keep(context: Context, job: Job, found: Interaction) -> None:
    interactions, request_id = context.domain.interactions, _request(job)
    with context.database.write() as session:
        context.domain.queue.finish(session, job)
        key = _key(context, session, job)
        if key is None:
            interactions.set_state(session, request_id, State.DROPPED)
            return
        answer = seal_answer(key.recipient, request_id, job.payload["wiki"], found, context.wikis)
        interactions.set_state(session, request_id, State.ANSWERED, answer)


def _ask_later(context: Context, job: Job, retry_after_s: float | None) -> None:
    due = context.clock() + back_off(job.attempts, retry_after_s)
    if due - job.made > LONGEST_KEPT:
        _end(context, job, State.GIVEN_UP)
        return
    with context.database.write() as session:
        context.domain.queue.postpone(session, job, due)
        context.domain.interactions.set_state(session, _request(job), State.LATER)


def _end(context: Context, job: Job, state: State) -> None:
    with context.database.write() as session:
        context.domain.queue.finish(session, job)
        context.domain.interactions.set_state(session, _request(job), state)


def _request(job: Job) -> bytes:
    return bytes.fromhex(job.payload["request"])
