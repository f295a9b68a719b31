# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking a reader off the roster: one colleague proposes it, another one confirms.

A desk of two needs help from outside: an operator's word counts as the other one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from onwiki.names import normalise
from service.audit.journal import Act, Entry
from service.desks.member import Member, Standing, VouchRefused
from service.desks.rows import EVERYWHERE
from service.desks.two_people import Step, speak, word_about
from service.desks.word import Voice, WordKind
from service.domain import Domain
from service.matching.tokens import Kind, derive


def speak_for_removal(
    domain: Domain, session: Session, desk: str, voice: Voice, central_id: int, today: date
) -> Step:
    """``voice`` (a reader of the desk, or an operator) wants ``central_id`` taken off, who reads or
    would read if the wiki's right came back.

    Raises VouchRefused: for oneself, for somebody who does not read, for the last reader (nobody
    could open anything), and for a second word of the same person.
    """
    domain.cases.lock(session, desk)
    member = _reader(domain, session, desk, central_id)
    if central_id == voice.central_id or normalise(member.name) == normalise(voice.name):
        raise VouchRefused("desks-remove-error-self")
    _require_voice(domain, session, desk, voice)
    if [one.central_id for one in domain.roster.readers(session, desk)] == [central_id]:
        raise VouchRefused("desks-remove-error-last")
    step = speak(domain, session, member, WordKind.REMOVAL, voice, today)
    if step is Step.DONE:
        domain.roster.take_off(session, member, today)
        _take_boxes(domain, session, member)
        _give_back_cases(domain, session, member)
    act = Act.REMOVED if step is Step.DONE else Act.REMOVAL_PROPOSED
    entry = Entry(desk, act, voice.central_id, today, str(central_id), voice.said_by)
    domain.journal.record(session, entry)
    return step


def drop_proposal(
    domain: Domain, session: Session, desk: str, voice: Voice, central_id: int, today: date
) -> None:
    """What was proposed is not to be. Raises VouchRefused as ``speak_for_removal``."""
    domain.cases.hold(session, desk)
    member = _reader(domain, session, desk, central_id)
    if central_id == voice.central_id:
        raise VouchRefused("desks-remove-error-self")
    _require_voice(domain, session, desk, voice)
    if word_about(member, WordKind.REMOVAL, today) is None:
        return
    domain.roster.keep_word(session, member, None)
    entry = Entry(
        desk, Act.REMOVAL_DROPPED, voice.central_id, today, str(central_id), voice.said_by
    )
    domain.journal.record(session, entry)


def _reader(domain: Domain, session: Session, desk: str, central_id: int) -> Member:
    member = domain.roster.member(session, desk, central_id)
    if member is None or not member.vouched:
        raise VouchRefused("desks-remove-error-not-reader")
    return member


def _require_voice(domain: Domain, session: Session, desk: str, voice: Voice) -> None:
    """An operator was named by the command; anybody else reads at the desk."""
    if voice.central_id == 0:
        return
    speaker = domain.roster.member(session, desk, voice.central_id)
    if speaker is None or speaker.standing is not Standing.READER:
        raise VouchRefused("desks-remove-error-not-reader")


def _take_boxes(domain: Domain, session: Session, member: Member) -> None:
    """Erase the member's boxes of the desk's reports: but for the own reports, and for those that
    nobody else could open any more. These last boxes stay, because a report must not be lost with
    its last reader; nothing is served to whoever does not read at the desk.
    """
    reports, one = domain.reports, member.central_id
    own = derive(domain.vault.match_keys, EVERYWHERE, Kind.REPORTER, str(one))
    readers = {reader.central_id for reader in domain.roster.readers(session, member.desk)}
    for listed in reports.of_desk(session, member.desk):
        if one not in listed.meta.boxes or listed.meta.reporter == own:
            continue
        report = reports.get(session, listed.id, lock=True)
        if report is None or not report.meta.boxes & readers:
            continue
        reports.remove_box(session, report.id, one)
        meta = replace(report.meta, boxes=report.meta.boxes - {one})
        reports.save_meta(session, report.id, meta)


def _give_back_cases(domain: Domain, session: Session, member: Member) -> None:
    """Nobody is responsible for what the member was; that alone is no act on a case."""
    heads = domain.cases.heads
    for head in heads.of_desk(session, member.desk):
        if head.assignee == member.central_id:
            heads.save(session, member.desk, replace(head, assignee=None))
