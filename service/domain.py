# SPDX-License-Identifier: AGPL-3.0-or-later
"""The features' logic, put together once: web, worker and commands use the same objects."""

from __future__ import annotations

from dataclasses import dataclass

from onwiki.wikis import WikiList
from service.attachments.store import Attachments
from service.audit.journal import Journal
from service.cases.acts import CaseActs
from service.cases.fold import Folding
from service.cases.membership import Cases
from service.cases.opening import Opening
from service.cases.reading import Reading
from service.desks.roster import Roster
from service.desks.sharing import Sharing
from service.keys.store import Keys
from service.notices.subscriptions import Subscriptions
from service.queue.jobs import Queue
from service.reports.filing import Filing
from service.reports.own import OwnReports
from service.reports.store import Reports
from service.vault import Vault


@dataclass(frozen=True)
class Domain:
    """One of each. None of them holds state of its own; all state is in the database."""

    vault: Vault
    keys: Keys
    roster: Roster
    reports: Reports
    queue: Queue
    filing: Filing
    own: OwnReports
    attachments: Attachments
    cases: Cases
    folding: Folding
    reading: Reading
    opening: Opening
    acts: CaseActs
    sharing: Sharing
    journal: Journal
    subscriptions: Subscriptions

    @classmethod
    def assemble(cls, vault: Vault, wikis: WikiList) -> Domain:
        keys = Keys(vault)
        roster = Roster(vault, keys)
        reports = Reports(vault)
        queue = Queue(vault)
        filing = Filing(vault, reports, queue, wikis)
        cases = Cases(vault, reports)
        journal = Journal(vault)
        reading = Reading(vault, cases, journal)
        return cls(
            vault=vault,
            keys=keys,
            roster=roster,
            reports=reports,
            queue=queue,
            filing=filing,
            own=OwnReports(vault, reports, filing),
            attachments=Attachments(vault, reports),
            cases=cases,
            folding=Folding(vault, cases, roster),
            reading=reading,
            opening=Opening(reading),
            acts=CaseActs(reading, journal),
            sharing=Sharing(cases, journal),
            journal=journal,
            subscriptions=Subscriptions(vault, queue),
        )
