# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking a wiki once more about what a report cites: what was found before stays, with its time.

How far the links are, on the reporter's page, was said by the first check; only a link that was
given up then becomes a checked one by an answer now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from onwiki.evidence import LeadsNowhere
from onwiki.links import Rejection, ShortLink, parse_notation, render
from service.queue.jobs import LONGEST_KEPT, Job, JobKind, back_off
from service.reports.answers import Answer, Asked, ask_wiki, body_of, with_states
from service.reports.leads import find_leads
from service.reports.questions import UNKNOWN_WIKI, Question, put_questions, questions_of
from service.reports.record import LinkState, Meta
from service.worker.context import Context


@dataclass(frozen=True)
class Outcome:
    """What became of a row: what was answered, what is asked elsewhere now, what is left."""

    asked: Asked
    elsewhere: tuple[Question, ...] = ()
    left: tuple[Question, ...] = ()


def check_again(context: Context, job: Job) -> None:
    """Ask the wiki of the row about all of its links; what was not answered is asked later."""
    questions = questions_of(job)
    if job.payload["wiki"] == UNKNOWN_WIKI:
        _settle(context, job, _look_up(context, questions))
        return
    wiki = context.wikis.by_dbname(job.payload["wiki"])
    if wiki is None:
        give_up_again(context, job)
        return
    asked = ask_wiki(context, wiki, questions)
    left = [one for one in questions if one.position not in asked.positions]
    _settle(context, job, Outcome(asked, left=tuple(left)))


def give_up_again(context: Context, job: Job) -> None:
    """Ask no more: what was found before stays the last answer."""
    _settle(context, job, Outcome(Asked((), None)))


def _look_up(context: Context, questions: Sequence[Question]) -> Outcome:
    """Where short links lead today; what they lead to is asked in rows of its own."""
    leads = find_leads(context, (one.asked for one in questions))
    now = context.clock()
    answers: list[Answer] = []
    elsewhere: list[Question] = []
    left: list[Question] = []
    for one in questions:
        short, lead = one.reference, parse_notation(leads.known.get(one.asked, one.asked))
        match lead:
            case Rejection(reason) if isinstance(short, ShortLink):
                answers.append(Answer(one, LeadsNowhere(short, now, reason)))
            case Rejection():
                continue
            case ShortLink():
                left.append(one)
            case _:
                elsewhere.append(replace(one, asked=render(lead)))
    retry_after_s = leads.fault.retry_after_s if leads.fault else None
    return Outcome(Asked(tuple(answers), retry_after_s), tuple(elsewhere), tuple(left))


def _settle(context: Context, job: Job, outcome: Outcome) -> None:
    """End the row: keep its answers, and ask later what has none, for seven days in all."""
    queue, reports = context.domain.queue, context.domain.reports
    report_id = bytes.fromhex(job.payload["report"])
    asked, left = outcome.asked, outcome.left
    due = context.clock() + back_off(job.attempts, asked.retry_after_s)
    if due - job.made > LONGEST_KEPT:
        left = ()
    with context.database.write() as session:
        if left and not (asked.answers or outcome.elsewhere):
            queue.postpone(session, job, due)
            return
        queue.finish(session, job)
        report = reports.get(session, report_id, lock=True)
        if report is None:
            return
        meta = report.meta
        if asked.answers:
            body = body_of(context.domain.vault, context.wikis, report_id, asked.answers)
            meta = reports.seal_answers(session, report, body)
        put = (queue, session, JobKind.RECHECK, report_id)
        rows = put_questions(*put, outcome.elsewhere, job.made, context.clock())
        rows += put_questions(*put, left, job.made, due)
        meta = replace(_answered(meta, asked), asking_again=meta.asking_again - 1 + rows)
        reports.save_meta(session, report_id, meta)


def _answered(meta: Meta, asked: Asked) -> Meta:
    """What was given up is checked now."""
    given_up = {
        position for position, link in enumerate(meta.links) if link.state is LinkState.GIVEN_UP
    }
    return with_states(meta, asked.positions & given_up, LinkState.CHECKED)
