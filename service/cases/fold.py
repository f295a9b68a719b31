# SPDX-License-Identifier: AGPL-3.0-or-later
"""Folding: a new report is entered into its cases, and recused readers lose what they were given.

Names were resolved before (that asks a wiki); here everything is one transaction under the desk's
lock, so that roster and cases cannot disagree about who is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import SystemRandom

from sqlalchemy.orm import Session

from onwiki.links import Range, Reference, Rejection, Revision
from onwiki.names import mentions
from service.cases.marks import account_mark
from service.cases.membership import Cases
from service.cases.release import Releasing
from service.cases.visible import id_value, name_value, tokens_of
from service.desks.member import Member, Standing
from service.desks.roster import Roster
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


@dataclass(frozen=True)
class _Naming:
    """Whom a report names: by the tokens of its cases, and by the texts that were typed."""

    keys: MatchKeys
    desk: str
    tokens: frozenset[bytes]
    typed: Sequence[str]

    def names(self, accounts: Sequence[tuple[int | None, str]]) -> bool:
        """Whether one of these accounts of somebody is named."""
        return not self.tokens.isdisjoint(tokens_of(self.keys, self.desk, accounts)) or any(
            mentions(text, name) for text in self.typed for _central_id, name in accounts
        )


class Folding:
    """Entering reports into cases, and hiding them from those they name."""

    def __init__(self, vault: Vault, cases: Cases, roster: Roster, releasing: Releasing) -> None:
        self.vault = vault
        self.releasing = releasing
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
        # What was added before the names were resolved waits in the record; the accounts there are
        # as they were typed, and now it is known who they are.
        waiting = [one for one in report.meta.memberships if one.kind is Kind.REVISION]
        memberships = tuple(
            dict.fromkeys((*_memberships(keys, report, names, references), *waiting))
        )
        tokens = frozenset(one.token for one in memberships if one.kind is Kind.ACCOUNT)
        naming = _Naming(keys, report.desk, tokens, [one.typed for one in names])
        accounts = [
            {
                "typed": one.typed,
                "name": one.name,
                "central_id": one.central_id,
                "mark": account_mark(self.vault, report.id, _account(keys, report, one)),
            }
            for one in names
        ]
        meta = replace(report.meta, folded_at=version, memberships=memberships)
        self._enter(session, replace(report, meta=meta), naming, accounts)
        return True

    def enter_as_typed(self, session: Session, report_id: bytes) -> bool:
        """Enter a report whose row of the queue is lost: a backup has none. Its meta has the tokens
        of its accounts, as they were typed; the part "accounts" stays empty, the facts name them.

        False when it is gone or was entered before.
        """
        seen = self.reports.get(session, report_id)
        if seen is None or seen.meta.folded:
            return False
        self.cases.lock(session, EVERYWHERE)
        version = self.cases.lock(session, seen.desk)
        report = self.reports.get(session, report_id, lock=True)
        if report is None or report.meta.folded:
            return False
        keys = self.vault.match_keys
        tokens = report.meta.tokens(Kind.ACCOUNT) or (_nobody(keys, report),)
        memberships = (
            *(Membership(Kind.ACCOUNT, token) for token in tokens),
            *(Membership(Kind.REVISION, token) for token in report.meta.tokens(Kind.REVISION)),
            Membership(Kind.REPORTER, report.meta.reporter),
        )
        naming = _Naming(keys, report.desk, frozenset(tokens), ())
        meta = replace(report.meta, folded_at=version, memberships=memberships)
        self._enter(session, replace(report, meta=meta), naming, [])
        return True

    def _enter(
        self,
        session: Session,
        report: Report,
        naming: _Naming,
        accounts: Sequence[Mapping[str, object]],
    ) -> None:
        """Write a report that has its memberships, without boxes of those it names and of those who
        were taken off the roster since.
        """
        members = self.roster.members(session, report.desk)
        named = [one.central_id for one in members if naming.names(one.accounts)]
        silently = [one.central_id for one in members if naming.names(one.private_accounts)]
        report = self._hide(session, report, named)
        report = self._hide(session, report, silently, silently=True)
        off = [one.central_id for one in members if one.is_off]
        reading = {one.central_id for one in members if one.standing is Standing.READER}
        # A report is not lost with its last readers: their right may come back, a colleague's not.
        if report.meta.boxes & reading:
            report = self._without_boxes(session, report, off)
        self.reports.seal_part(session, report, "accounts", {"accounts": list(accounts)})
        self.reports.save_meta(session, report.id, report.meta)
        # The order of the rows in a binlog must not tell which kind each of them is.
        self.cases.enter(session, report, _shuffled(report.meta.memberships))

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
        meta = replace(
            meta,
            memberships=(*meta.memberships, *more),
            added_at=version,
            added_on=day,
            acted_on=day,
        )
        self.reports.save_meta(session, report.id, meta)
        if meta.folded:
            self.cases.enter(session, replace(report, meta=meta), _shuffled(more))
            self.cases.refresh(session, report.desk, meta.tokens(Kind.ACCOUNT))

    def recuse(self, session: Session, member: Member) -> None:
        """Hide every report that names ``member`` from him: he is new here, has a new name, or
        declared another account.

        The caller holds the desk's lock, and wrote the member to the roster under it.
        """
        keys, desk = self.vault.match_keys, member.desk
        touched: set[bytes] = set()
        for accounts, silently in ((member.accounts, False), (member.private_accounts, True)):
            for token in tokens_of(keys, desk, accounts):
                for listed in self.cases.members(session, token):
                    # Once more under the row's lock: its findings may be on their way in.
                    report = self.reports.get(session, listed.id, lock=True)
                    if report is None:
                        continue
                    hidden = self._hide(session, report, [member.central_id], silently=silently)
                    self.reports.save_meta(session, report.id, hidden.meta)
                    touched.update(report.meta.tokens(Kind.ACCOUNT))
        session.flush()
        self.cases.refresh(session, desk, sorted(touched))
        self.releasing.settle(session, member)

    def _hide(
        self, session: Session, report: Report, people: Sequence[int], *, silently: bool = False
    ) -> Report:
        """``report`` with ``people`` recused: they lose their boxes (their own report apart).

        ``silently``: for an account that only the server knows to be theirs.
        """
        before = report.meta.boxes
        report = self._without_boxes(session, report, people)
        lost = before - report.meta.boxes if silently else frozenset()
        meta = replace(
            report.meta,
            hidden_from=report.meta.hidden_from | set(people),
            recused_silently=report.meta.recused_silently | lost,
        )
        return replace(report, meta=meta)

    def _without_boxes(self, session: Session, report: Report, people: Sequence[int]) -> Report:
        """``report`` without the boxes of ``people``, except for the reporter's own."""
        meta = report.meta
        for central_id in people:
            if meta.reporter == self._reporter_token(central_id):
                continue
            self.reports.remove_box(session, report.id, central_id)
            meta = replace(meta, boxes=meta.boxes - {central_id})
        return replace(report, meta=meta)

    def _reporter_token(self, central_id: int) -> bytes:
        return derive(self.vault.match_keys, EVERYWHERE, Kind.REPORTER, str(central_id))


def _memberships(
    keys: MatchKeys,
    report: Report,
    names: Sequence[ResolvedName],
    references: Iterable[Reference | Rejection],
) -> tuple[Membership, ...]:
    """The multimaps that a report is in: its accounts, its revisions, its reporter."""
    accounts = {_account(keys, report, one) for one in names} or {_nobody(keys, report)}
    return (
        *(Membership(Kind.ACCOUNT, token) for token in accounts),
        *_citing(keys, report.desk, references),
        Membership(Kind.REPORTER, report.meta.reporter),
    )


def _nobody(keys: MatchKeys, report: Report) -> bytes:
    """A report that names nobody is a case of its own."""
    return derive(keys, report.desk, Kind.ACCOUNT, f"report:{report.id.hex()}")


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
