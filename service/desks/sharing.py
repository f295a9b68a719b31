# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sharing the backlog: a reader's browser opens its own boxes and seals them again for a colleague.

The server cannot do it, and does not learn the identities that pass through the browser.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from service.audit.journal import Act, Entry, Journal
from service.cases.membership import Cases
from service.cases.visible import Reader, visible
from service.desks.member import Standing
from service.desks.roster import Roster
from service.refusal import Refusal
from service.reports.record import Report
from service.reports.store import Reports
from service.sealing.header import NotAnAgeFile
from service.sealing.posted import require_box

AT_ONCE: Final = 100
"""Boxes that go through a browser in one round: progress is seen, and a stop loses little."""


class SharingRefused(Refusal):
    """Boxes cannot be kept."""


@dataclass(frozen=True)
class Shareable:
    """A report that the giver may open and the newcomer not yet."""

    report: bytes
    recipient: str
    box: bytes


@dataclass(frozen=True)
class Backlog:
    """Some boxes to share, and how many reports there are to share from here on."""

    boxes: tuple[Shareable, ...]
    left: int


class Sharing:
    """Giving a colleague the boxes of what was filed before."""

    def __init__(self, cases: Cases, roster: Roster, journal: Journal) -> None:
        self.cases = cases
        self.roster = roster
        self.reports: Reports = cases.reports
        self.journal = journal

    def backlog(
        self, session: Session, giver: Reader, newcomer: Reader, after: bytes = b""
    ) -> Backlog:
        """The next boxes to share, of reports whose id follows ``after``.

        A giver whose browser cannot open a box goes on after it; whoever begins again begins
        with what is still missing. Only reports that exist for both are shared: a newcomer who is
        recused from one gets no box.
        """
        missing = [one for one in self._missing(session, giver, newcomer) if one.id > after]
        some = missing[:AT_ONCE]
        boxes = self.reports.boxes(session, [one.id for one in some], giver.central_id)
        # Whoever is recused between the two statements has lost the box by now.
        found = (Shareable(one.id, one.recipient, boxes[one.id]) for one in some if one.id in boxes)
        return Backlog(tuple(found), len(missing))

    def grant(
        self,
        session: Session,
        giver: Reader,
        newcomer: Reader,
        boxes: Mapping[bytes, bytes],
        today: date,
    ) -> int:
        """Keep boxes that the giver's browser sealed to the newcomer; how many were new.

        Raises SharingRefused when the newcomer's key was not vouched for, a box is none, or there
        are more than a round has.
        """
        if len(boxes) > AT_ONCE:
            raise SharingRefused("desks-share-error-box")
        self.cases.hold(session, giver.desk)  # nobody is recused between looking and keeping
        for one in (newcomer.central_id, giver.central_id):  # nor taken off the roster
            member = self.roster.member(session, giver.desk, one)
            if member is None or member.standing is not Standing.READER:
                raise SharingRefused("desks-share-error-not-vouched")
        kept = 0
        missing = {one.id for one in self._missing(session, giver, newcomer, boxes)}
        for report_id, box in boxes.items():
            # Withdrawn meanwhile, or none of theirs: as if it did not exist.
            report = self.reports.get(session, report_id, lock=True)
            if report is None or report_id not in missing:
                continue
            try:
                require_box(box)
            except NotAnAgeFile:
                raise SharingRefused("desks-share-error-box") from None
            self.reports.put_box(session, report_id, newcomer.central_id, box)
            meta = replace(report.meta, boxes=report.meta.boxes | {newcomer.central_id})
            self.reports.save_meta(session, report_id, meta)
            kept += 1
        if kept:
            entry = Entry(
                giver.desk, Act.BOX_GRANTED, giver.central_id, today, str(newcomer.central_id)
            )
            self.journal.record(session, entry)
        return kept

    def _missing(
        self,
        session: Session,
        giver: Reader,
        newcomer: Reader,
        among: Collection[bytes] | None = None,
    ) -> list[Report]:
        """The reports (of the desk, or of those ``among`` it) that exist for both, that the giver
        can open and the newcomer cannot: there is no box, or one that is sealed to a lost key.
        """
        if among is None:
            reports = self.reports.of_desk(session, giver.desk)
        else:
            reports = list(self.reports.get_many(session, sorted(among)).values())
        shared = [one for one in reports if visible(giver, one) and visible(newcomer, one)]
        ids = [one.id for one in shared]
        given = self.reports.boxed(session, ids, giver.central_id)
        had = self.reports.boxed(session, ids, newcomer.central_id)
        return [one for one in shared if one.id in given and one.id not in had]
