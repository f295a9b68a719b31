# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report that was just filed: its queue row is split into the fold and one check a wiki.

Short links are looked up first, so that cases are related by the edits that they mean. When the
shortener does not answer, nothing waits for it: those links are looked up later.
"""

from __future__ import annotations

from onwiki.links import Range, Revision, parse_notation
from service.queue.jobs import Job, JobKind, back_off
from service.reports.leads import find_leads, schedule
from service.worker.context import Context


def arrive(context: Context, job: Job) -> None:
    """Replace the row by what has to be done, each with the age of the original copy."""
    queue = context.domain.queue
    report_id = bytes.fromhex(job.payload["report"])
    notations: list[str] = job.payload["references"]
    leads = find_leads(context, notations)
    now = context.clock()
    with context.database.write() as session:
        queue.finish(session, job)
        report = context.domain.reports.get(session, report_id, lock=True)
        if report is None:
            return
        meant = [leads.known.get(notation, notation) for notation in notations]
        payload = {**job.payload, "references": [one for one in meant if _names_an_edit(one)]}
        queue.put(session, JobKind.FOLD, payload, made=job.made, due=now)
        again = now + back_off(0, leads.fault.retry_after_s if leads.fault else None)
        schedule(context, session, job, report, enumerate(notations), leads, again)


def _names_an_edit(notation: str) -> bool:
    """Whether cases can be related by it; a copy of the others would serve nothing."""
    return isinstance(parse_notation(notation), Revision | Range)
