# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is in the database, and on the wikis, when everything is over: counted, not believed."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func, select

from onwiki.sandbox.demo import BOT_NAME
from service.ids import to_bytes, to_text
from service.matching.multimap import Multimap
from service.matching.tokens import Kind
from service.queue.models import JobRow
from service.quota.quota import Allowance
from service.reports.models import ReportRow
from service.reports.record import LinkState, Report
from service.services import Services
from tests.bench.site import READERS, Site
from tests.service.world import World


def stored(services: Services) -> set[str]:
    """The reports that are there, by their ids in address form."""
    with services.database.read() as session:
        return {to_text(one) for one in session.scalars(select(ReportRow.id))}


def rows_left(services: Services) -> int:
    """What the queue still asks for."""
    with services.database.read() as session:
        return session.scalar(select(func.count()).select_from(JobRow)) or 0


def not_entered_once(site: Site, accepted: Iterable[str]) -> list[str]:
    """Those of the accepted reports that are not exactly once in the list of every account that
    they name, and in their reporter's own.
    """
    services, wrong = site.services, []
    lists: dict[bytes, Counter[bytes]] = {}
    with services.database.read() as session:
        multimap = Multimap(session, services.match_keys, services.at_rest)
        for name in accepted:
            report = services.domain.reports.get(session, to_bytes(name))
            tokens = () if report is None or not report.meta.folded else _tokens(report)
            for token in set(tokens) - lists.keys():
                members = multimap.members(token)
                lists[token] = Counter(base64.b64decode(one["report"]) for one in members)
            if not tokens or any(lists[token][to_bytes(name)] != 1 for token in tokens):
                wrong.append(name)
    return wrong


def charged_otherwise(site: Site, accepted: Iterable[str]) -> list[int]:
    """Central ids of people whose quota was not charged exactly once for each of their reports."""
    services, today = site.services, site.services.today()
    filed = Counter(site.people[name].central_id for name in accepted)
    everybody = {person.central_id for person in site.people.values()}
    days = services.config.quota_days
    with services.database.read() as session:

        def reaches(person: int, reports: int) -> bool:
            allowance = Allowance(reports, days)
            return services.domain.quota.again(session, person, allowance, today) is not None

        return [
            one
            for one in everybody
            if reaches(one, filed[one] + 1) or (filed[one] and not reaches(one, filed[one]))
        ]


def checked_otherwise(site: Site, accepted: Iterable[str]) -> list[str]:
    """Those of the accepted reports whose links were not each answered exactly once. Findings are
    opened as a reader's browser does.
    """
    services, wrong = site.services, []
    world = World(services, {one.name: one for one in site.readers})
    for name in accepted:
        report_id, links = to_bytes(name), len(site.links[name])
        with services.database.read() as session:
            report = services.domain.reports.get(session, report_id)
        answered: list[str] = []
        for number in range(0 if report is None else report.meta.findings):
            body = json.loads(world.open_part(READERS[0], report_id, f"finding-{number}"))
            answered += [one["reference"] for one in body["findings"]]
        states = [] if report is None else [link.state for link in report.meta.links]
        once = len(answered) == len(set(answered)) == links
        if states != [LinkState.CHECKED] * links or not once:
            wrong.append(name)
    return wrong


def reminders(site: Site) -> list[int]:
    """For everybody who subscribed: how often the same reminder (by the bot's marker) is on their
    talk page; 0 where there is none.
    """
    with site.services.database.read() as session:
        everybody = site.services.domain.subscriptions.all(session)
    found = []
    for recipient in (one.recipient for one in everybody):
        answer = site.sandbox.wiki(recipient.wiki).api(
            action="query",
            titles=f"User talk:{recipient.name}",
            prop="revisions",
            rvprop="content",
            rvslots="main",
            rvuser=BOT_NAME,  # the newest one of the bot's has all that it wrote before
            rvlimit=1,
        )
        (page,) = answer["query"]["pages"]
        texts = [one["slots"]["main"]["content"] for one in page.get("revisions", ())]
        marks = Counter(re.findall("<!-- community-support:([0-9a-f]+) -->", "".join(texts)))
        found.append(max(marks.values(), default=0))
    return found


def _tokens(report: Report) -> tuple[bytes, ...]:
    return (*report.meta.tokens(Kind.ACCOUNT), *report.meta.tokens(Kind.REPORTER))
