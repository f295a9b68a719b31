# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report that was just filed: its queue row is split into the fold and one check a wiki."""

from __future__ import annotations

from service.queue.jobs import Job, JobKind
from service.worker.context import Context


def arrive(context: Context, job: Job) -> None:
    """Replace the row by what has to be done, each with the age of the original copy."""
    queue = context.domain.queue
    report_id = bytes.fromhex(job.payload["report"])
    now = context.clock()
    with context.database.write() as session:
        queue.finish(session, job)
        report = context.domain.reports.get(session, report_id)
        if report is None:
            return
        queue.put(session, JobKind.FOLD, job.payload, made=job.made, due=now)
        notations: list[str] = job.payload["references"]
        asked: dict[str, list[tuple[int, str]]] = {}
        for position, (link, notation) in enumerate(zip(report.meta.links, notations, strict=True)):
            if link.wiki is not None:
                asked.setdefault(link.wiki, []).append((position, notation))
        for dbname, references in asked.items():
            payload = {"report": report_id.hex(), "wiki": dbname, "references": references}
            queue.put(session, JobKind.CHECK, payload, made=job.made, due=now)
