# SPDX-License-Identifier: AGPL-3.0-or-later
"""The features' logic, put together once: web, worker and commands use the same objects."""

from __future__ import annotations

from dataclasses import dataclass

from onwiki.wikis import WikiList
from service.audit.journal import Journal
from service.cases.acts import CaseActs
from service.cases.asking_again import AskingAgain
from service.cases.fold import Folding
from service.cases.identity import IdentityGate
from service.cases.membership import Cases
from service.cases.opening import Opening
from service.cases.reading import Reading
from service.desks.roster import Roster
from service.desks.sharing import Sharing
from service.interactions.store import Interactions
from service.keys.store import Keys
from service.notices.subscriptions import Subscriptions
from service.queue.jobs import Queue
from service.reports.filing import Filing
from service.reports.own import OwnReports
from service.reports.store import Reports
from service.thread.adding import Adding
from service.thread.answering import Answering
from service.thread.story import Story
from service.vault import Vault


@dataclass(frozen=True)
class Domain:
    """One of each. All state is in the database; what is kept of it here (``DeskLists``) is asked
    for by its version.
    """

    vault: Vault
    keys: Keys
    roster: Roster
    reports: Reports
    queue: Queue
    filing: Filing
    own: OwnReports
    cases: Cases
    folding: Folding
    reading: Reading
    opening: Opening
    acts: CaseActs
    identity: IdentityGate
    story: Story
    adding: Adding
    answering: Answering
    asking_again: AskingAgain
    sharing: Sharing
    journal: Journal
    subscriptions: Subscriptions
    interactions: Interactions

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
            cases=cases,
            folding=Folding(vault, cases, roster),
            reading=reading,
            opening=Opening(reading),
            acts=CaseActs(reading, journal),
            identity=IdentityGate(reading, journal),
            story=reading.story,
            adding=Adding(reports, reading.story, queue, wikis),
            answering=Answering(reading, journal),
            asking_again=AskingAgain(reading, queue, journal),
            sharing=Sharing(cases, journal),
            journal=journal,
            subscriptions=Subscriptions(vault, queue),
            interactions=Interactions(vault, reading, roster, queue, journal),
        )
