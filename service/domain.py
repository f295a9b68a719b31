# SPDX-License-Identifier: AGPL-3.0-or-later
"""The features' logic, put together once: web, worker and commands use the same objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from onwiki.wikis import WikiList
from service.attachments.store import Attachments
from service.audit.days import AuditDays
from service.audit.journal import Journal
from service.cases.acts import CaseActs
from service.cases.asking_again import AskingAgain
from service.cases.fold import Folding
from service.cases.identity import IdentityGate
from service.cases.membership import Cases
from service.cases.opening import Opening
from service.cases.reading import Reading
from service.cases.release import Releasing
from service.cases.review import Reviewing
from service.declared.store import Declarations
from service.desks.intake import Intake
from service.desks.roster import Roster
from service.desks.sharing import Sharing
from service.export.taking import Exporting
from service.interactions.store import Interactions
from service.keys.reboxing import Reboxing
from service.keys.store import Keys
from service.limits.counting import Counters
from service.notices.subscriptions import Subscriptions
from service.queue.jobs import Queue
from service.quota.quota import Quota
from service.reports.erasing import Eraser, Erasing
from service.reports.filing import Filing
from service.reports.own import OwnReports
from service.reports.record import Report
from service.reports.store import Reports
from service.retention.erasures import Erasures
from service.retention.prolonging import Prolonging
from service.retention.totals import Totals
from service.thread.adding import Adding
from service.thread.answering import Answering
from service.thread.story import Story
from service.vault import Vault


@dataclass(frozen=True)
class Domain:
    """One of each. All state is in the database; what is kept of it here (``DeskLists``) is asked
    for by its version. Which exports are being sent is of this process alone.
    """

    vault: Vault
    keys: Keys
    declared: Declarations
    roster: Roster
    intake: Intake
    reports: Reports
    queue: Queue
    filing: Filing
    own: OwnReports
    attachments: Attachments
    cases: Cases
    folding: Folding
    releasing: Releasing
    reading: Reading
    opening: Opening
    acts: CaseActs
    identity: IdentityGate
    reviewing: Reviewing
    story: Story
    adding: Adding
    answering: Answering
    asking_again: AskingAgain
    exporting: Exporting
    sharing: Sharing
    reboxing: Reboxing
    journal: Journal
    quota: Quota
    counters: Counters
    audit_days: AuditDays
    subscriptions: Subscriptions
    interactions: Interactions
    erasures: Erasures
    erasing: Erasing
    prolonging: Prolonging
    totals: Totals

    @classmethod
    def assemble(cls, vault: Vault, wikis: WikiList) -> Domain:
        keys = Keys(vault)
        declared = Declarations(vault)
        roster = Roster(vault, keys, declared)
        reports = Reports(vault)
        queue = Queue(vault)
        erasures = Erasures(vault)
        journal = Journal(vault)
        intake = Intake(journal)
        filing = Filing(vault, reports, queue, wikis, erasures, intake)
        cases = Cases(vault, reports)
        reading = Reading(vault, cases, journal)
        releasing = Releasing(cases, roster, journal)
        own = OwnReports(vault, reports, filing)
        attachments = Attachments(vault, reports)
        opening = Opening(reading)
        return cls(
            vault=vault,
            keys=keys,
            declared=declared,
            roster=roster,
            intake=intake,
            reports=reports,
            queue=queue,
            filing=filing,
            own=own,
            attachments=attachments,
            cases=cases,
            folding=Folding(vault, cases, roster, releasing),
            releasing=releasing,
            reading=reading,
            opening=opening,
            acts=CaseActs(reading, journal),
            identity=IdentityGate(reading, journal),
            reviewing=Reviewing(reading, journal),
            story=reading.story,
            adding=Adding(reports, reading.story, queue, wikis),
            answering=Answering(reading, journal),
            asking_again=AskingAgain(reading, queue, journal),
            exporting=Exporting(opening, attachments, journal),
            sharing=Sharing(cases, roster, journal),
            reboxing=Reboxing(cases, own, keys),
            journal=journal,
            quota=Quota(vault),
            counters=Counters(vault),
            audit_days=AuditDays(journal),
            subscriptions=Subscriptions(vault, queue),
            interactions=Interactions(vault, reading, roster, queue, journal),
            erasures=erasures,
            # Features that keep more about a report give their erasers here (``also``).
            erasing=Erasing(
                cases,
                queue,
                journal,
                erasures,
                also=(_forget_story(reading.story), _forget_files(attachments)),
            ),
            prolonging=Prolonging(reading, journal),
            totals=Totals(vault),
        )


def _forget_story(story: Story) -> Eraser:
    """A report's story goes with it."""

    def forget(session: Session, report: Report, _cases: Sequence[bytes]) -> None:
        story.erase(session, report)

    return forget


def _forget_files(attachments: Attachments) -> Eraser:
    """Chunks of its files, too."""

    def forget(session: Session, report: Report, _cases: Sequence[bytes]) -> None:
        attachments.erase(session, report)

    return forget
