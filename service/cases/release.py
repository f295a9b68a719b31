# SPDX-License-Identifier: AGPL-3.0-or-later
"""Releasing held reports: what ``service.cases.hold`` decides is written, under the desk's lock.

A functionary from whom a report is hidden must not see another one come because of it. So the
rule is applied once for the desk as a whole, and once more in the world of everybody from whom a
report is hidden that it could depend on; who differs is noted in the hold (``apart``). A smaller
world never releases more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from service.audit.journal import Act, Entry, Journal
from service.cases.hold import Filed, released
from service.cases.membership import Cases
from service.cases.visible import Reader, reader, recused
from service.desks.member import Member
from service.desks.roster import OPERATOR, Roster
from service.matching.tokens import Kind
from service.reports.hold import Entered, Hold
from service.reports.record import Report


@dataclass(frozen=True)
class World:
    """The reports of one reader's world (None: the desk's as a whole), and which are released."""

    reader: Reader | None
    reports: frozenset[bytes]
    released: frozenset[bytes]


class Releasing:
    """The release of held reports at a desk."""

    def __init__(self, cases: Cases, roster: Roster, journal: Journal) -> None:
        self.cases = cases
        self.reports = cases.reports
        self.roster = roster
        self.journal = journal

    def release(self, session: Session, desk: str, today: date) -> int:
        """Release what can be released at ``desk`` now; how many reports that were.

        What was released stays so. One transaction: a worker that is killed has released nothing.
        """
        version = self.cases.lock(session, desk)
        folded = [one for one in self.reports.of_desk(session, desk) if one.meta.folded]
        waiting = [one for one in folded if _is_waiting(one)]
        if not waiting:
            return 0
        near = _near(folded, waiting)
        members = self.roster.members(session, desk)
        apart = self._apart(members, near)
        worlds = [_world(None, near), *(_world(who, near) for who in apart)]
        now, touched, count = Entered(version, today), set[bytes](), 0
        for listed in waiting:
            report = self.reports.get(session, listed.id, lock=True)
            if report is None or report.meta.hold is None:
                continue
            hold = _released_in(worlds, report.id, report.meta.hold, now)
            if hold == report.meta.hold:
                continue
            self.reports.save_meta(session, report.id, replace(report.meta, hold=hold))
            touched.update(report.meta.tokens(Kind.ACCOUNT))
            if report.meta.hold.released is None:
                count += 1
                entry = Entry(desk, Act.RELEASED, OPERATOR, today, report.id.hex())
                self.journal.record(session, entry)
        session.flush()
        self.cases.refresh(session, desk, sorted(touched))
        return count

    def settle(self, session: Session, member: Member) -> None:
        """``member`` is new at the desk, or has a new name: what was released only because of
        reports that are hidden from him is held in his world.

        The caller holds the desk's lock, and has hidden from him what names him.
        """
        folded = [one for one in self.reports.of_desk(session, member.desk) if one.meta.folded]
        held = [one for one in folded if one.meta.hold is not None and one.entered() is not None]
        near = _near(folded, held)
        touched: set[bytes] = set()
        for who in self._apart([member], near):
            world = _world(who, near, anew=True)
            for listed in held:
                report = self.reports.get(session, listed.id, lock=True)
                if report is None or report.meta.hold is None:
                    continue
                if report.id in world.released or report.id not in world.reports:
                    continue
                apart = {**report.meta.hold.apart, member.central_id: None}
                hold = replace(report.meta.hold, apart=apart)
                self.reports.save_meta(session, report.id, replace(report.meta, hold=hold))
                touched.update(report.meta.tokens(Kind.ACCOUNT))
        session.flush()
        self.cases.refresh(session, member.desk, sorted(touched))

    def _apart(self, members: Iterable[Member], near: Sequence[Report]) -> list[Reader]:
        """Those from whom at least one of these reports is hidden, or was when another came."""
        keys = self.cases.vault.match_keys
        readers = (reader(keys, one.desk, one.central_id, one.name) for one in members)
        return [who for who in readers if any(_differs(who, report) for report in near)]


def _differs(who: Reader, report: Report) -> bool:
    hold = report.meta.hold
    return recused(who, report) or (hold is not None and who.central_id in hold.apart)


def _is_waiting(report: Report) -> bool:
    hold = report.meta.hold
    return hold is not None and (hold.released is None or None in hold.apart.values())


def _near(reports: Iterable[Report], held: Collection[Report]) -> list[Report]:
    """The reports that the release of these can depend on: those that name one of their accounts.

    All others are released, or wait for other accounts.
    """
    accounts = {token for one in held for token in one.meta.tokens(Kind.ACCOUNT)}
    return [one for one in reports if not accounts.isdisjoint(one.meta.tokens(Kind.ACCOUNT))]


def _world(who: Reader | None, near: Iterable[Report], *, anew: bool = False) -> World:
    """``anew``: as if nothing had been released before."""
    there = [one for one in near if who is None or not recused(who, one)]
    central_id = None if who is None else who.central_id
    filed = [_filed(one, still_held=anew or one.entered(central_id) is None) for one in there]
    return World(who, frozenset(one.id for one in there), released(filed))


def _filed(report: Report, *, still_held: bool) -> Filed:
    hold = report.meta.hold
    waits = still_held and hold is not None and hold.ended is None
    return Filed(
        report=report.id,
        person=report.meta.reporter,
        accounts=frozenset(report.meta.tokens(Kind.ACCOUNT)),
        people=hold.people if waits and hold is not None else 1,
        counts=report.meta.voice,
    )


def _released_in(worlds: Sequence[World], report: bytes, hold: Hold, now: Entered) -> Hold:
    """``hold`` with what is new for the desk as a whole, and in the worlds that differ from it."""
    whole, *others = worlds
    new = hold.released is None
    if new and report not in whole.released:
        return hold
    apart: dict[int, Entered | None] = dict(hold.apart)
    for world in others:
        if world.reader is None or report not in world.reports:
            continue
        reader_id = world.reader.central_id
        if report not in world.released:
            if new:
                apart[reader_id] = None
        elif reader_id in apart and apart[reader_id] is None:
            apart[reader_id] = now
    return replace(hold, released=now if new else hold.released, apart=apart)
