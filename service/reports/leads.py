# SPDX-License-Identifier: AGPL-3.0-or-later
"""Short links of a report: the worker looks where they lead, then they are links like the others.

A check without a wiki (``wiki`` is "") is one whose short links could not be looked up yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from onwiki.errors import WikiUnavailable
from onwiki.evidence import LeadsNowhere
from onwiki.links import Rejection, ShortLink, parse_notation, render
from onwiki.short_links import lead_of
from service.queue.jobs import Job, JobKind
from service.reports.answers import Answer, body_of
from service.reports.questions import UNKNOWN_WIKI, Question, put_questions
from service.reports.record import Link, LinkState, Report
from service.worker.context import Context


@dataclass(frozen=True)
class Leads:
    """``known``: notation of a short link → notation of where it leads (or of the rejection).
    ``fault`` is set when the shortener stopped answering: it was not asked again after that.
    """

    known: Mapping[str, str]
    fault: WikiUnavailable | None = None


def find_leads(context: Context, notations: Iterable[str]) -> Leads:
    """Ask for each short link among ``notations`` once. No transaction may be open."""
    known: dict[str, str] = {}
    for notation in dict.fromkeys(notations):
        link = parse_notation(notation)
        if not isinstance(link, ShortLink):
            continue
        try:
            known[notation] = render(lead_of(link, context.wikis))
        except WikiUnavailable as fault:
            return Leads(known, fault)
    return Leads(known)


@dataclass
class _Plan:
    """What is to be asked, what is known already, and what the links are by now."""

    questions: list[Question]
    nowhere: list[Answer]
    links: dict[int, Link]


def schedule(
    context: Context,
    session: Session,
    job: Job,
    report: Report,
    cited: Iterable[tuple[int, str]],
    leads: Leads,
    again: datetime,
) -> None:
    """Enter a check for each wiki of ``cited`` (positions and notations as pasted), write the
    wikis that became known into the report, and look up the rest ``again`` then.

    The caller holds the report's row (``get(…, lock=True)``).
    """
    reports, queue, now = context.domain.reports, context.domain.queue, context.clock()
    plan = _plan(cited, leads, now)
    meta = report.meta
    links = tuple(plan.links.get(position, link) for position, link in enumerate(meta.links))
    meta = replace(meta, links=links)
    if plan.nowhere:
        body = body_of(reports.vault, context.wikis, report.id, plan.nowhere)
        meta = reports.seal_answers(session, replace(report, meta=meta), body)
    reports.save_meta(session, report.id, meta)
    for due, unknown in ((now, False), (again, True)):
        questions = [one for one in plan.questions if (one.wiki == UNKNOWN_WIKI) is unknown]
        put_questions(queue, session, JobKind.CHECK, report.id, questions, job.made, due)


def _plan(cited: Iterable[tuple[int, str]], leads: Leads, now: datetime) -> _Plan:
    plan = _Plan([], [], {})
    for position, pasted in cited:
        question = Question(position, pasted, leads.known.get(pasted, pasted))
        reference, short = question.reference, parse_notation(pasted)
        match reference:
            case Rejection(reason) if isinstance(short, ShortLink):
                answer = LeadsNowhere(short, now, reason)
                plan.nowhere.append(Answer(replace(question, asked=pasted), answer))
                plan.links[position] = Link(None, LinkState.NOT_EVIDENCE)
            case Rejection():
                continue
            case ShortLink():
                plan.questions.append(question)
                plan.links[position] = Link(None, LinkState.LATER)
            case _:
                plan.questions.append(question)
                plan.links[position] = Link(reference.wiki, LinkState.WAITING)
    return plan
