# SPDX-License-Identifier: AGPL-3.0-or-later
"""Short links of a report: the worker looks where they lead, then they are links like the others.

A check without a wiki (``wiki`` is "") is one whose short links could not be looked up yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from onwiki.errors import WikiUnavailable
from onwiki.evidence import Finding, LeadsNowhere, to_json
from onwiki.links import Rejection, ShortLink, parse_notation, render
from onwiki.short_links import lead_of
from service.queue.jobs import Job, JobKind
from service.reports.record import Link, LinkState, Report
from service.worker.context import Context

UNKNOWN_WIKI: Final = ""


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
    """What is to be asked where: positions and notations by wiki, short links by their lead."""

    references: dict[str, list[tuple[int, str]]]
    short_links: dict[str, dict[str, str]]
    nowhere: dict[str, Finding]
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
    reports, now = context.domain.reports, context.clock()
    plan = _plan(cited, leads, now)
    meta = report.meta
    links = tuple(plan.links.get(position, link) for position, link in enumerate(meta.links))
    meta = replace(meta, links=links)
    if plan.nowhere:
        body = {"findings": [to_json(one) for one in plan.nowhere.values()]}
        reports.seal_part(session, report, f"finding-{meta.findings}", body)
        meta = replace(meta, findings=meta.findings + 1)
    reports.save_meta(session, report.id, meta)
    for dbname, references in plan.references.items():
        payload: dict[str, Any] = {
            "report": report.id.hex(),
            "wiki": dbname,
            "references": references,
            "short_links": plan.short_links.get(dbname, {}),
        }
        due = again if dbname == UNKNOWN_WIKI else now
        context.domain.queue.put(session, JobKind.CHECK, payload, made=job.made, due=due)


def _plan(cited: Iterable[tuple[int, str]], leads: Leads, now: datetime) -> _Plan:
    plan = _Plan({}, {}, {}, {})
    for position, pasted in cited:
        meant = leads.known.get(pasted, pasted)
        reference, short = parse_notation(meant), parse_notation(pasted)
        match reference:
            case Rejection(reason) if isinstance(short, ShortLink):
                plan.nowhere[pasted] = LeadsNowhere(short, now, reason)
                plan.links[position] = Link(None, LinkState.NOT_EVIDENCE)
            case Rejection():
                continue
            case ShortLink():
                plan.references.setdefault(UNKNOWN_WIKI, []).append((position, pasted))
                plan.links[position] = Link(None, LinkState.LATER)
            case _:
                plan.references.setdefault(reference.wiki, []).append((position, meant))
                plan.links[position] = Link(reference.wiki, LinkState.WAITING)
                if meant != pasted:
                    plan.short_links.setdefault(reference.wiki, {})[pasted] = meant
    return plan
