# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checking a report's links on one wiki, and sealing what it answered to the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from service.queue.jobs import LONGEST_KEPT, Job, JobKind, back_off
from service.reports.answers import Asked, ask_wiki, body_of, with_states
from service.reports.leads import find_leads, schedule
from service.reports.questions import UNKNOWN_WIKI, Question, put_questions, questions_of
from service.reports.record import LinkState
from service.worker.context import Context


def check_links(context: Context, job: Job) -> None:
    """Ask the wiki once for all its links of this report; what was not answered is asked later."""
    questions = questions_of(job)
    if job.payload["wiki"] == UNKNOWN_WIKI:
        _look_up(context, job, questions)
        return
    wiki = context.wikis.by_dbname(job.payload["wiki"])
    if wiki is None:
        _give_up(context, job, questions)
        return
    asked = ask_wiki(context, wiki, questions)
    if asked.answers:
        _keep(context, job, questions, asked)
    else:
        _ask_later(context, job, questions, asked.retry_after_s)


def give_up_checking(context: Context, job: Job) -> None:
    """The copy may not be kept any longer: erase it, and say so on the reporter's page."""
    _give_up(context, job, questions_of(job))


def _look_up(context: Context, job: Job, questions: Sequence[Question]) -> None:
    """Where short links lead that could not be looked up before; then they are checked there."""
    leads = find_leads(context, (one.cited for one in questions))
    retry_after_s = leads.fault.retry_after_s if leads.fault else None
    if not leads.known:
        _ask_later(context, job, questions, retry_after_s)
        return
    again = context.clock() + back_off(job.attempts, retry_after_s)
    cited = [(one.position, one.cited) for one in questions]
    with context.database.write() as session:
        context.domain.queue.finish(session, job)
        report = context.domain.reports.get(session, _report_of(job), lock=True)
        if report is not None:
            schedule(context, session, job, report, cited, leads, again)


def _keep(context: Context, job: Job, questions: Sequence[Question], asked: Asked) -> None:
    """Seal the answers to the report; links without one go back into the queue."""
    reports, queue, report_id = context.domain.reports, context.domain.queue, _report_of(job)
    left = [one for one in questions if one.position not in asked.positions]
    due = context.clock() + back_off(job.attempts, asked.retry_after_s)
    too_old = due - job.made > LONGEST_KEPT
    with context.database.write() as session:
        queue.finish(session, job)
        report = reports.get(session, report_id, lock=True)
        if report is None:
            return
        meta = with_states(report.meta, asked.positions, LinkState.CHECKED)
        body = body_of(context.domain.vault, context.wikis, report_id, asked.answers)
        meta = reports.seal_answers(session, replace(report, meta=meta), body)
        state = LinkState.GIVEN_UP if too_old else LinkState.LATER
        meta = with_states(meta, {one.position for one in left}, state)
        reports.save_meta(session, report_id, meta)
        if not too_old:
            put_questions(queue, session, JobKind.CHECK, report_id, left, job.made, due)


def _ask_later(
    context: Context, job: Job, questions: Sequence[Question], retry_after_s: float | None
) -> None:
    due = context.clock() + back_off(job.attempts, retry_after_s)
    if due - job.made > LONGEST_KEPT:
        _give_up(context, job, questions)
        return
    with context.database.write() as session:
        context.domain.queue.postpone(session, job, due)
        _mark(context, session, job, questions, LinkState.LATER)


def _give_up(context: Context, job: Job, questions: Sequence[Question]) -> None:
    with context.database.write() as session:
        context.domain.queue.finish(session, job)
        _mark(context, session, job, questions, LinkState.GIVEN_UP)


def _mark(
    context: Context, session: Session, job: Job, questions: Sequence[Question], state: LinkState
) -> None:
    reports = context.domain.reports
    report = reports.get(session, _report_of(job), lock=True)
    if report is not None:
        meta = with_states(report.meta, {one.position for one in questions}, state)
        reports.save_meta(session, report.id, meta)


def _report_of(job: Job) -> bytes:
    return bytes.fromhex(job.payload["report"])
