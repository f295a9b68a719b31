# SPDX-License-Identifier: AGPL-3.0-or-later
"""The acts: declare an account as one's own, and end that.

A declaration works backwards at once: what is on file about the account is hidden in the act's
transaction. It is ended by one person, because to ask a colleague would betray a private account;
but only after 90 days, or whoever expects a report could end it just before. What was hidden
stays hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from onwiki.names import address, may_be_account, normalise
from service.audit.journal import Act, Entry
from service.declared.store import MOST_DECLARED, Declared
from service.desks.member import Member
from service.domain import Domain
from service.refusal import Refusal
from service.sealing.at_rest import TooLarge

ENDS_AFTER: Final = timedelta(days=90)


class DeclarationRefused(Refusal):
    """An account that cannot be declared."""


def require_name(typed: str) -> str:
    """The normalised name, if an account or an address can have it. Raises DeclarationRefused."""
    name = normalise(typed)
    if address(name) is None and not may_be_account(name):
        raise DeclarationRefused("declared-error-name")
    return name


def declare(
    domain: Domain, session: Session, desks: Iterable[str], member: Member, account: Declared
) -> None:
    """Note that ``account`` is the member's, too, and hide what is on file about it.

    Of an account that is declared already the kind changes, and it does not end any more.
    ``desks``: keys of all desks. Raises DeclarationRefused.
    """
    if account.central_id == member.central_id or account.name == normalise(member.name):
        raise DeclarationRefused("declared-error-own")
    rosters = _lock(domain, session, desks, member.central_id)
    known = domain.declared.of(session, member.central_id)
    if any(one.same_account(account) and _counts_alike(one, account) for one in known):
        raise DeclarationRefused("declared-error-already")
    others = [one for one in known if not one.same_account(account)]
    if len(others) >= MOST_DECLARED:
        raise DeclarationRefused("declared-error-many")
    _save(domain, session, member.central_id, [*others, account])
    for desk in rosters:
        at_desk = domain.roster.member(session, desk, member.central_id)
        if at_desk is not None:
            domain.folding.recuse(session, at_desk)
        _note(domain, session, desk, Act.ACCOUNT_DECLARED, member, account, account.since)


def end(
    domain: Domain, session: Session, desks: Iterable[str], member: Member, name: str, today: date
) -> None:
    """Let a declaration end in 90 days. Raises DeclarationRefused when there is none to end."""
    rosters = _lock(domain, session, desks, member.central_id)
    known = domain.declared.of(session, member.central_id)
    ended = next((one for one in known if one.name == name and one.ends is None), None)
    if ended is None:
        raise DeclarationRefused("declared-error-gone")
    ending = replace(ended, ends=today + ENDS_AFTER)
    accounts = [ending if one is ended else one for one in known]
    _save(domain, session, member.central_id, accounts)
    for desk in rosters:
        _note(domain, session, desk, Act.DECLARATION_ENDED, member, ending, today)


def take_out_ended(
    domain: Domain, session: Session, desks: Iterable[str], central_id: int, today: date
) -> None:
    """Forget what has ended by ``today``: reports from now on are not hidden for it."""
    _lock(domain, session, desks, central_id)
    known = domain.declared.of(session, central_id)
    _save(domain, session, central_id, [one for one in known if not has_ended(one, today)])


def has_ended(account: Declared, today: date) -> bool:
    return account.ends is not None and account.ends <= today


def _counts_alike(known: Declared, account: Declared) -> bool:
    return known.kind is account.kind and known.ends is None


def _lock(domain: Domain, session: Session, desks: Iterable[str], central_id: int) -> list[str]:
    """Hold the desks on whose roster the person is: no report is entered meanwhile."""
    on_roster = [
        desk
        for desk in sorted(desks)
        if domain.roster.member(session, desk, central_id) is not None
    ]
    for desk in on_roster:
        domain.cases.lock(session, desk)
    return on_roster


def _save(domain: Domain, session: Session, central_id: int, accounts: Sequence[Declared]) -> None:
    try:
        domain.declared.save(session, central_id, accounts)
    except TooLarge:
        raise DeclarationRefused("declared-error-many") from None
    session.flush()


def _note(
    domain: Domain,
    session: Session,
    desk: str,
    act: Act,
    member: Member,
    account: Declared,
    today: date,
) -> None:
    """The kind stands in the audit, the account does not: it may be a private one."""
    entry = Entry(desk, act, member.central_id, today, str(member.central_id), account.kind.value)
    domain.journal.record(session, entry)
