# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checking a report's links on one wiki, and sealing what it answered to the report.

A finding is never answered from another report's: speed would tell that there is one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from onwiki.errors import WikiUnavailable
from onwiki.evidence import Checked, Finding, NotAsked, check, to_json
from onwiki.links import Reference, Rejection, parse_notation, render
from service.queue.jobs import LONGEST_KEPT, Job, JobKind, back_off
from service.reports.leads import UNKNOWN_WIKI, find_leads, schedule
from service.reports.record import Link, LinkState, Meta
from service.worker.context import Context

Positions = Mapping[int, Reference]


def check_links(context: Context, job: Job) -> None:
    """Ask the wiki once for all its links of this report; what was not answered is asked later."""
    if job.payload["wiki"] == UNKNOWN_WIKI:
        _look_up(context, job)
        return
    wiki = context.wikis.by_dbname(job.payload["wiki"])
    cited = _cited(job.payload["references"])
    if wiki is None or not cited:
        _give_up(context, job, cited)
        return
    distinct = list(dict.fromkeys(cited.values()))
    try:
        checked = check(
            wiki, distinct, context.access, context.clock(), timeout_s=context.wiki_timeout_s
        )
    except WikiUnavailable as unavailable:
        _ask_later(context, job, cited, unavailable.retry_after_s)
        return
    _keep(context, job, cited, checked)


def give_up_checking(context: Context, job: Job) -> None:
    """The copy may not be kept any longer: erase it, and say so on the reporter's page."""
    _give_up(context, job, _cited(job.payload["references"]))


def _look_up(context: Context, job: Job) -> None:
    """Where short links lead that could not be looked up before; then they are checked there."""
    cited: list[tuple[int, str]] = [(position, one) for position, one in job.payload["references"]]
    leads = find_leads(context, (notation for _, notation in cited))
    retry_after_s = leads.fault.retry_after_s if leads.fault else None
    if not leads.known:
        _ask_later(context, job, _cited(cited), retry_after_s)
        return
    again = context.clock() + back_off(job.attempts, retry_after_s)
    with context.database.write() as session:
        context.domain.queue.finish(session, job)
        report_id = bytes.fromhex(job.payload["report"])
        report = context.domain.reports.get(session, report_id, lock=True)
        if report is not None:
            schedule(context, session, job, report, cited, leads, again)


def _cited(references: Iterable[tuple[int, str]]) -> dict[int, Reference]:
    """References by their position in the report."""
    parsed = ((position, parse_notation(notation)) for position, notation in references)
    return {position: one for position, one in parsed if not isinstance(one, Rejection)}


def _keep(context: Context, job: Job, cited: Positions, checked: Checked) -> None:
    """Seal the answers to the report; links without one go back into the queue."""
    reports, queue, findings = context.domain.reports, context.domain.queue, checked.findings
    report_id = bytes.fromhex(job.payload["report"])
    answered = {
        position
        for position, reference in cited.items()
        if not isinstance(findings.get(reference), NotAsked | None)
    }
    unanswered = sorted(set(cited) - answered)
    kept = [one for one in findings.values() if not isinstance(one, NotAsked)]
    due = context.clock() + back_off(job.attempts, checked.retry_after_s)
    too_old = due - job.made > LONGEST_KEPT
    with context.database.write() as session:
        queue.finish(session, job)
        report = reports.get(session, report_id, lock=True)
        if report is None:
            return
        meta = _with_states(report.meta, answered, LinkState.CHECKED)
        if kept:
            body = {
                "findings": [to_json(one) for one in kept],
                "short_links": _short_links(job, kept),
            }
            reports.seal_part(session, report, f"finding-{meta.findings}", body)
            meta = replace(meta, findings=meta.findings + 1)
        if unanswered:
            meta = _with_states(
                meta, unanswered, LinkState.GIVEN_UP if too_old else LinkState.LATER
            )
        reports.save_meta(session, report_id, meta)
        if unanswered and not too_old:
            notations = dict(job.payload["references"])
            payload = {
                **job.payload,
                "references": [(position, notations[position]) for position in unanswered],
            }
            queue.put(session, JobKind.CHECK, payload, made=job.made, due=due)


def _short_links(job: Job, kept: Collection[Finding]) -> dict[str, str]:
    """Short links as they were filed, and the references of the findings that they mean."""
    found = {render(one.reference) for one in kept}
    leads: dict[str, str] = job.payload["short_links"]
    return {short: lead for short, lead in leads.items() if lead in found}


def _ask_later(context: Context, job: Job, cited: Positions, retry_after_s: float | None) -> None:
    due = context.clock() + back_off(job.attempts, retry_after_s)
    if due - job.made > LONGEST_KEPT:
        _give_up(context, job, cited)
        return
    with context.database.write() as session:
        context.domain.queue.postpone(session, job, due)
        _mark(context, session, job, cited, LinkState.LATER)


def _give_up(context: Context, job: Job, cited: Positions) -> None:
    with context.database.write() as session:
        context.domain.queue.finish(session, job)
        _mark(context, session, job, cited, LinkState.GIVEN_UP)


def _mark(context: Context, session: Session, job: Job, cited: Positions, state: LinkState) -> None:
    reports = context.domain.reports
    report = reports.get(session, bytes.fromhex(job.payload["report"]), lock=True)
    if report is not None:
        reports.save_meta(session, report.id, _with_states(report.meta, cited.keys(), state))


def _with_states(meta: Meta, positions: Collection[int], state: LinkState) -> Meta:
    links = tuple(
        Link(link.wiki, state) if position in positions else link
        for position, link in enumerate(meta.links)
    )
    return replace(meta, links=links)
