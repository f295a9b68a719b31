# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealing own boxes again, after a key may have been seen: the browser opens each with the old
identity out of the keyring and seals it to the new key, in rounds, as sharing does.

What is listed here is what exists for the person: own reports, and those of the person's desks
that ``visible`` lets through. A box of a report that is still hidden is left out, then and later;
it is sealed to a key that is lost by then, and colleagues share it like any other.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from service.cases.membership import Cases
from service.cases.visible import Reader, only_visible, visible
from service.desks.sharing import AT_ONCE, Backlog, Shareable
from service.keys.store import Keys
from service.keys.wrapping import KeyRefused
from service.queue.jobs import LONGEST_KEPT
from service.reports.own import OwnReports
from service.reports.record import Report
from service.sealing.header import NotAnAgeFile
from service.sealing.posted import require_box


@dataclass(frozen=True)
class Boxed:
    """Whose boxes: a person, as the reader that he is at each of his desks."""

    central_id: int
    readers: tuple[Reader, ...] = ()


class Reboxing:
    """Own boxes from an earlier key to the present one."""

    def __init__(self, cases: Cases, own: OwnReports, keys: Keys) -> None:
        self.cases = cases
        self.reports = cases.reports
        self.own = own
        self.keys = keys

    def backlog(self, session: Session, who: Boxed, today: date, after: bytes = b"") -> Backlog:
        """The next boxes, of reports whose id follows ``after``: a box that does not open does not
        stop the others.
        """
        old = [one for one in self._old(session, who, today) if one.id > after]
        some = old[:AT_ONCE]
        boxes = self.reports.boxes(session, [one.id for one in some], who.central_id)
        found = (Shareable(one.id, one.recipient, boxes[one.id]) for one in some if one.id in boxes)
        return Backlog(tuple(found), len(old))

    def keep(
        self, session: Session, who: Boxed, recipient: str, boxes: Mapping[bytes, bytes]
    ) -> int:
        """Keep boxes that the person's browser sealed to ``recipient``; how many were.

        Raises KeyRefused when the key is another one by now, a box is none, or there are more
        than a round has.
        """
        if len(boxes) > AT_ONCE:
            raise KeyRefused("keys-error-boxes")
        for reader in sorted(who.readers, key=lambda one: one.desk):
            self.cases.hold(session, reader.desk)  # nobody is recused between looking and keeping
        key = self.keys.of(session, who.central_id, lock=True)
        if key is None or key.recipient != recipient:
            raise KeyRefused("keys-error-changed")
        boxed = self.reports.boxed(session, list(boxes), who.central_id)
        kept = 0
        for report_id, box in sorted(boxes.items()):
            report = self.reports.get(session, report_id, lock=True)
            if report is None or not self._exists(who, report):
                continue
            if boxed.get(report_id, key.id) == key.id:
                continue  # none of theirs, or sealed again before
            try:
                require_box(box)
            except NotAnAgeFile:
                raise KeyRefused("keys-error-boxes") from None
            self.reports.put_box(session, report_id, who.central_id, box)
            kept += 1
        return kept

    def require_none_left(
        self, session: Session, who: Boxed, today: date, failed: Collection[bytes]
    ) -> None:
        """Raises KeyRefused while a box is sealed to an earlier key, other than those that no key
        of the person opened.
        """
        if any(one.id not in failed for one in self._old(session, who, today)):
            raise KeyRefused("keys-error-boxes-left")

    def _old(self, session: Session, who: Boxed, today: date) -> list[Report]:
        """The reports whose box is sealed to an earlier key that still opens it, by id."""
        key = self.keys.of(session, who.central_id)
        if key is None or not key.kept:
            return []
        reports = {one.id: one for one in self.own.all(session, who.central_id)}
        # Own reports that are not folded yet are in no multimap; the queue has them a week at most.
        young = self.reports.since(session, today - LONGEST_KEPT - timedelta(days=1))
        reports |= {one.id: one for one in young if self._own(who, one)}
        for reader in who.readers:
            there = only_visible(reader, self.reports.of_desk(session, reader.desk))
            reports |= {one.id: one for one in there}
        boxed = self.reports.boxed(session, list(reports), who.central_id)
        return [reports[one] for one in sorted(boxed) if boxed[one] != key.id]

    def _exists(self, who: Boxed, report: Report) -> bool:
        return self._own(who, report) or any(visible(one, report) for one in who.readers)

    def _own(self, who: Boxed, report: Report) -> bool:
        token = self.own.filing.reporter_token(who.central_id)
        return hmac.compare_digest(report.meta.reporter, token)
