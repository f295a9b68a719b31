# SPDX-License-Identifier: AGPL-3.0-or-later
"""Folding: a new report is entered into its cases, and recused readers lose what they were given.

Names were resolved before (that asks a wiki); here everything is one transaction under the desk's
lock, so that roster and cases cannot disagree about who is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import SystemRandom

from sqlalchemy.orm import Session

from onwiki.links import Range, Reference, Rejection, Revision
from onwiki.names import mentions
from service.cases.marks import account_mark
from service.cases.membership import Cases
from service.cases.visible import account_tokens, id_value, name_value
from service.desks.roster import Member, Roster
from service.desks.rows import EVERYWHERE
from service.matching.tokens import Kind, MatchKeys, derive
from service.reports.record import Membership, Report
from service.vault import Vault


@dataclass(frozen=True)
class ResolvedName:
    """An account as the reporter typed it, and who that is by the wiki's word."""

    typed: str
    name: str
    central_id: int | None


class Folding:
    """Entering reports into cases, and hiding them from those they name."""

    def __init__(self, vault: Vault, cases: Cases, roster: Roster) -> None:
        self.vault = vault
        self.cases = cases
        self.reports = cases.reports
        self.roster = roster

    def fold(
        self,
        session: Session,
        report_id: bytes,
        names: Sequence[ResolvedName],
        references: Iterable[Reference | Rejection],
    ) -> bool:
        """Enter a report. False when it is gone (withdrawn) or was entered before."""
        report = self.reports.get(session, report_id)
        if report is None:
            return False
        self.cases.lock(session, EVERYWHERE)
        version = self.cases.lock(session, report.desk)
        report = self.reports.get(session, report_id, lock=True)
        if report is None or report.meta.folded:
            return False
        keys = self.vault.match_keys
        # What was added before the names were resolved waits in the record.
        memberships = tuple(
            dict.fromkeys(
                (*_memberships(keys, report, names, references), *report.meta.memberships)
            )
        )
        tokens = frozenset(one.token for one in memberships if one.kind is Kind.ACCOUNT)
        named = [
            member.central_id
            for member in self.roster.members(session, report.desk)
            if not tokens.isdisjoint(
                account_tokens(keys, report.desk, member.central_id, member.name)
            )
            or any(mentions(one.typed, member.name) for one in names)
        ]
        meta = replace(report.meta, folded_at=version, memberships=memberships)
        report = self._hide(session, replace(report, meta=meta), named)
        self.reports.seal_part(
            session,
            report,
            "accounts",
            {
                "accounts": [
                    {
                        "typed": one.typed,
                        "name": one.name,
                        "central_id": one.central_id,
                        "mark": account_mark(self.vault, report.id, _account(keys, report, one)),
                    }
                    for one in names
                ]
            },
        )
        self.reports.save_meta(session, report.id, report.meta)
        # The order of the rows in a binlog must not tell which kind each of them is.
        self.cases.enter(session, report, _shuffled(memberships))
        return True

    def extend(
        self,
        session: Session,
        report: Report,
        references: Iterable[Reference | Rejection],
        version: int,
        day: date,
    ) -> None:
        """Enter what was added to a report on ``day``: the further references, and that it came.

        The caller holds the desk's lock, which gave ``version``, and the report's row. A report
        that is not in its cases yet takes the references along when it is entered.
        """
        keys, meta = self.vault.match_keys, report.meta
        more = [
            one for one in _citing(keys, report.desk, references) if one not in meta.memberships
        ]
        meta = replace(meta, memberships=(*meta.memberships, *more), added_at=version, added_on=day)
        self.reports.save_meta(session, report.id, meta)
        if meta.folded:
            self.cases.enter(session, replace(report, meta=meta), _shuffled(more))
            self.cases.refresh(session, report.desk, meta.tokens(Kind.ACCOUNT))

    def recuse(self, session: Session, member: Member) -> None:
        """Hide every report that names ``member`` from him: he is new here, or has a new name.

        The caller holds the desk's lock, and wrote the member to the roster under it.
        """
        tokens = account_tokens(self.vault.match_keys, member.desk, member.central_id, member.name)
        touched: set[bytes] = set()
        for token in tokens:
            for listed in self.cases.members(session, token):
                # Once more under the row's lock: its findings may be on their way in.
                report = self.reports.get(session, listed.id, lock=True)
                if report is None:
                    continue
                hidden = self._hide(session, report, [member.central_id])
                self.reports.save_meta(session, report.id, hidden.meta)
                touched.update(report.meta.tokens(Kind.ACCOUNT))
        session.flush()
        self.cases.refresh(session, member.desk, sorted(touched))

    def _hide(self, session: Session, report: Report, people: Sequence[int]) -> Report:
        """``report`` with ``people`` recused: they lose their boxes (their own report apart)."""
        meta = report.meta
        for central_id in people:
            if meta.reporter == self._reporter_token(central_id):
                continue
            self.reports.remove_box(session, report.id, central_id)
            meta = replace(meta, boxes=meta.boxes - {central_id})
        return replace(report, meta=replace(meta, hidden_from=meta.hidden_from | set(people)))

    def _reporter_token(self, central_id: int) -> bytes:
        return derive(self.vault.match_keys, EVERYWHERE, Kind.REPORTER, str(central_id))


def _memberships(
    keys: MatchKeys,
    report: Report,
    names: Sequence[ResolvedName],
    references: Iterable[Reference | Rejection],
) -> tuple[Membership, ...]:
    """The multimaps that a report is in: its accounts, its revisions, its reporter."""
    # A report that names nobody is a case of its own.
    nobody = derive(keys, report.desk, Kind.ACCOUNT, f"report:{report.id.hex()}")
    accounts = {_account(keys, report, one) for one in names} or {nobody}
    return (
        *(Membership(Kind.ACCOUNT, token) for token in accounts),
        *_citing(keys, report.desk, references),
        Membership(Kind.REPORTER, report.meta.reporter),
    )


def _citing(
    keys: MatchKeys, desk: str, references: Iterable[Reference | Rejection]
) -> list[Membership]:
    """The multimaps of the revisions that are cited, each once."""
    revisions = {
        derive(keys, desk, Kind.REVISION, value) for one in references for value in _revisions(one)
    }
    return [Membership(Kind.REVISION, token) for token in revisions]


def _account(keys: MatchKeys, report: Report, named: ResolvedName) -> bytes:
    """The token of the case about one account that the report names."""
    by_id = None if named.central_id is None else id_value(named.central_id)
    return derive(keys, report.desk, Kind.ACCOUNT, by_id or name_value(named.name))


def _revisions(reference: Reference | Rejection) -> list[str]:
    match reference:
        case Revision(wiki, revid):
            return [f"{wiki}:{revid}"]
        case Range(wiki, _old, new):
            return [f"{wiki}:{new}"]
    return []


def _shuffled(memberships: Sequence[Membership]) -> list[Membership]:
    return SystemRandom().sample(list(memberships), len(memberships))
