# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker's half of adding: further references join the case, and are checked."""

from __future__ import annotations

from onwiki.links import parse_notation
from service.queue.jobs import Job, back_off
from service.reports.leads import find_leads, schedule
from service.worker.context import Context


def enter_addition(context: Context, job: Job) -> None:
    """Enter what was added into the report's cases, under the desk's lock, and plan its checks.

    Short links are looked up first; when the shortener does not answer, only they wait.
    """
    domain = context.domain
    report_id = bytes.fromhex(job.payload["report"])
    pasted: list[tuple[int, str]] = [(position, one) for position, one in job.payload["references"]]
    leads = find_leads(context, (notation for _, notation in pasted))
    again = context.clock() + back_off(0, leads.fault.retry_after_s if leads.fault else None)
    meant = [parse_notation(leads.known.get(notation, notation)) for _, notation in pasted]
    with context.database.write() as session:
        domain.queue.finish(session, job)
        report = domain.reports.get(session, report_id)
        if report is None:
            return
        version = domain.cases.lock(session, report.desk)
        report = domain.reports.get(session, report_id, lock=True)
        if report is None:
            return
        schedule(context, session, job, report, pasted, leads, again)
        report = domain.reports.get(session, report_id, lock=True)
        assert report is not None  # noqa: S101 - its row is locked
        domain.folding.extend(session, report, meant, version, job.made.date())
