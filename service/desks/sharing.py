# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sharing the backlog: a reader's browser opens its own boxes and seals them again for a colleague.

The server cannot do it, and does not learn the identities that pass through the browser.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from service.audit.journal import Act, Entry, Journal
from service.cases.membership import Cases
from service.cases.visible import Reader, visible
from service.desks.roster import Member, Standing
from service.reports.record import Report
from service.reports.store import Reports
from service.sealing.header import NotAnAgeFile
from service.sealing.posted import require_box

AT_ONCE: Final = 100
"""Boxes that go through a browser in one round: progress is seen, and a stop loses little."""


class SharingRefused(Exception):
    """Boxes cannot be kept. ``message_key`` is for the person."""

    def __init__(self, message_key: str) -> None:
        super().__init__(message_key)
        self.message_key = message_key


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

    def __init__(self, cases: Cases, journal: Journal) -> None:
        self.cases = cases
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
        member: Member,
        boxes: Mapping[bytes, bytes],
        today: date,
    ) -> int:
        """Keep boxes that the giver's browser sealed to the newcomer; how many were new.

        Raises SharingRefused when the newcomer's key was not vouched for, a box is none, or there
        are more than a round has.
        """
        if len(boxes) > AT_ONCE:
            raise SharingRefused("desks-share-error-box")
        if member.standing is not Standing.READER:
            raise SharingRefused("desks-share-error-not-vouched")
        self.cases.hold(session, giver.desk)  # nobody is recused between looking and keeping
        kept = 0
        for report_id, box in boxes.items():
            report = self.reports.get(session, report_id, lock=True)
            if report is None or not _shared(report, giver, newcomer):
                continue  # withdrawn meanwhile, or none of theirs: as if it did not exist
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

    def _missing(self, session: Session, giver: Reader, newcomer: Reader) -> Iterator[Report]:
        for report in self.reports.of_desk(session, giver.desk):
            if _shared(report, giver, newcomer):
                yield report


def _shared(report: Report, giver: Reader, newcomer: Reader) -> bool:
    """Whether the report is one that ``giver`` can open and ``newcomer`` lacks."""
    boxes = report.meta.boxes
    return (
        visible(giver, report)
        and visible(newcomer, report)
        and giver.central_id in boxes
        and newcomer.central_id not in boxes
    )
