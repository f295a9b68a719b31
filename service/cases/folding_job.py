# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker's half of folding: names are resolved before anybody is served anything."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from onwiki.accounts import normalise, resolve
from onwiki.errors import WikiUnavailable
from onwiki.links import parse_notation
from onwiki.names import account_in, may_be_account
from service.cases.fold import ResolvedName
from service.queue.jobs import Job, back_off
from service.worker.context import Context

LONGEST_WAIT: Final = timedelta(days=6)
"""After this a report is folded by the names as typed: the queue's copy lives for seven days."""


def fold_report(context: Context, job: Job) -> None:
    """Resolve the names that the report gives, then enter it into its cases.

    A row whose copy may not be kept any longer comes here too: it is entered by the names that it
    has, never without them. Whom a report names is recused from it, also who joins the desk later.
    """
    now = context.clock()
    try:
        names = [_resolve(context, typed) for typed in job.payload["accounts"]]
    except WikiUnavailable as unavailable:
        if now - job.made <= LONGEST_WAIT:
            due = now + back_off(job.attempts, unavailable.retry_after_s)
            with context.database.write() as session:
                context.domain.queue.postpone(session, job, due)
            return
        names = [ResolvedName(typed, normalise(typed), None) for typed in job.payload["accounts"]]
    references = [parse_notation(notation) for notation in job.payload["references"]]
    with context.database.write() as session:
        context.domain.queue.finish(session, job)
        report_id = bytes.fromhex(job.payload["report"])
        context.domain.folding.fold(session, report_id, names, references)


def _resolve(context: Context, typed: str) -> ResolvedName:
    account = resolve(context.meta_api, typed)
    likely = account_in(typed)
    if account.central_id is None and likely != account.name and may_be_account(likely):
        meant = resolve(context.meta_api, likely)
        account = account if meant.central_id is None else meant
    return ResolvedName(typed, account.name, account.central_id)
