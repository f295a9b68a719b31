# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which reports are in a case, and what a head says about them.

The caller holds the desk's row: everything here changes the multimap (DESIGN 6).
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from service.cases.head import CaseState, Head, Heads, new_code
from service.desks.models import DeskRow
from service.matching.multimap import Multimap
from service.matching.tokens import Kind, case_id
from service.reports.record import Membership, Report
from service.reports.store import Reports
from service.vault import Vault

MOST_WIKIS: Final = 24
"""Of more wikis a head keeps those that are cited most: its size is fixed."""


@dataclass(frozen=True)
class Member:
    """An entry of a multimap: a report, and the token of the reporter (one voice a person)."""

    report: bytes
    reporter: bytes

    def to_json(self) -> dict[str, str]:
        return {
            "report": base64.b64encode(self.report).decode(),
            "reporter": base64.b64encode(self.reporter).decode(),
        }


class Cases:
    """Cases in the database: the multimap, and the heads that are computed from it."""

    def __init__(self, vault: Vault, reports: Reports) -> None:
        self.vault = vault
        self.reports = reports
        self.heads = Heads(vault)

    def lock(self, session: Session, desk: str) -> int:
        """Keep every other worker from changing cases of ``desk`` until the transaction ends.

        Counts the desk's version up and returns it: whatever was cached of its list is old from
        here on.
        """
        row = self.hold(session, desk)
        row.version += 1
        return row.version

    def hold(self, session: Session, desk: str) -> DeskRow:
        """The same lock for what leaves the cases as they are."""
        return session.get_one(DeskRow, desk, with_for_update=True, populate_existing=True)

    def enter(self, session: Session, report: Report, memberships: Sequence[Membership]) -> None:
        """Put ``report`` into all its multimaps and bring the heads of its cases up to date.

        The report's row already has the memberships in its meta.
        """
        entry = Member(report.id, report.meta.reporter).to_json()
        multimap = self._multimap(session)
        for membership in memberships:
            multimap.append(membership.token, entry)
        session.flush()
        self.refresh(session, report.desk, _cases(memberships))

    def leave(self, session: Session, report: Report) -> list[bytes]:
        """Take ``report``, whose row is erased, out of everything. A case that has no report left
        is gone: returns the ids of these.
        """
        if not report.meta.folded:
            return []
        multimap = self._multimap(session)
        for membership in report.meta.memberships:
            multimap.remove(membership.token, Member(report.id, report.meta.reporter).to_json())
        session.flush()
        return self.refresh(session, report.desk, _cases(report.meta.memberships))

    def members(self, session: Session, token: bytes) -> list[Report]:
        """The reports of a multimap, whoever looks: callers pass them through ``visible``."""
        ids = [base64.b64decode(one["report"]) for one in self._multimap(session).members(token)]
        found = self.reports.get_many(session, ids)
        return [found[one] for one in ids if one in found]

    def refresh(self, session: Session, desk: str, tokens: Iterable[bytes]) -> list[bytes]:
        """Compute the heads of these cases anew from their members; the ids of those without any,
        which are gone now.

        The caller holds the desk's row: what was kept of its list is old from here on.
        """
        session.get_one(DeskRow, desk).version += 1
        gone: list[bytes] = []
        for token in tokens:
            reports = self.members(session, token)
            head = summary(token, reports)
            if head is None:
                gone.append(case_id(token))
                self.heads.delete(session, case_id(token))
                continue
            known = self.heads.get(session, head.id)
            if known is not None:
                head = continued(head, known)
            # What was done before the first of these reports came was done about one that is gone.
            self.heads.save(session, desk, head.as_new() if head.untouched else head)
        return gone

    def _multimap(self, session: Session) -> Multimap:
        return Multimap(session, self.vault.match_keys, self.vault.at_rest)


def summary(token: bytes, reports: Sequence[Report], reader: int | None = None) -> Head | None:
    """What a head says about those of the reports that came into the world of ``reader`` (None: the
    desk's as a whole); None when none did.
    """
    there = [(report, one) for report in reports if (one := report.entered(reader)) is not None]
    if not there:
        return None
    reports = [report for report, _entered in there]
    days = [entered.day for _report, entered in there]
    folds = [entered.version for _report, entered in there]
    counted = [report for report in reports if report.meta.counts]
    wikis = Counter(wiki for report in reports for wiki in sorted(report.meta.wikis))
    return Head(
        token=token,
        code=new_code(),
        state=CaseState.OPEN,
        assignee=None,
        reports=len(counted),
        voices=len({report.meta.reporter for report in counted}),
        first_day=min(days),
        last_day=max([*days, *(one.meta.added_on for one in reports if one.meta.added_on)]),
        wikis=frozenset(wiki for wiki, _count in wikis.most_common(MOST_WIKIS)),
        hidden_from=frozenset().union(*(_who_differ(report) for report in reports)),
        first_fold=min(folds),
        last_fold=max(folds + [report.meta.added_at or 0 for report in reports]),
        oldest_act=min(report.last_act for report in reports),
        to_review=sum(report.meta.waits_for_review for report in reports),
    )


def continued(counted: Head, known: Head) -> Head:
    """``counted`` with what the desk decided about the case that ``known`` is."""
    return replace(
        counted,
        code=known.code,
        state=known.state,
        assignee=known.assignee,
        acted_at=known.acted_at,
    )


def _who_differ(report: Report) -> frozenset[int]:
    """Functionaries in whose world the report is not what it is in the desk's as a whole."""
    hold = report.meta.hold
    return report.meta.hidden_from | (frozenset() if hold is None else hold.apart.keys())


def _cases(memberships: Iterable[Membership]) -> list[bytes]:
    return [one.token for one in memberships if one.kind is Kind.ACCOUNT]
