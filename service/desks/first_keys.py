# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk's first two keys: nobody of the desk can vouch yet, so two people outside of it do.

They are operators and coordinators, all named in desks.toml. An operator speaks on the server
(``roster vouch``), a coordinator on a page of the tool.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from onwiki.names import normalise
from service.audit.journal import Act, Entry
from service.desks.desk import FEWEST_READERS
from service.desks.member import Member, Standing, VouchRefused
from service.desks.roster import OPERATOR
from service.desks.two_people import Step, speak
from service.desks.word import Voice, WordKind
from service.domain import Domain


def first_keys(domain: Domain, session: Session, desk: str) -> list[Member]:
    """Members whose keys wait for two people; none once a desk can help itself."""
    members = domain.roster.members(session, desk)
    if sum(one.standing is Standing.READER for one in members) >= FEWEST_READERS:
        return []
    return [one for one in members if one.standing is Standing.WAITING]


def speak_for_first_key(
    domain: Domain,
    session: Session,
    desk: str,
    voice: Voice,
    central_id: int,
    fingerprint: str,
    today: date,
) -> Step:
    """``voice`` compared ``fingerprint`` and stands for it that the key is the member's.

    With the word of a second person the key is vouched for. Raises VouchRefused.
    """
    domain.cases.hold(session, desk)
    if len(domain.roster.readers(session, desk)) >= FEWEST_READERS:
        raise VouchRefused("desks-vouch-error-operator")
    member = domain.roster.member(session, desk, central_id)
    if member is None or member.key is None:
        raise VouchRefused("desks-vouch-error-keyless")
    if member.standing is Standing.LAPSED:
        raise VouchRefused("desks-vouch-error-lapsed")
    if central_id == voice.central_id or normalise(member.name) == normalise(voice.name):
        raise VouchRefused("desks-vouch-error-self")
    if fingerprint != member.key.fingerprint:
        raise VouchRefused("desks-vouch-error-changed")
    if member.standing is Standing.READER:
        raise VouchRefused("desks-vouch-error-already")
    step = speak(domain, session, member, WordKind.FIRST_KEY, voice, today)
    if step is Step.DONE:
        domain.roster.vouch(session, desk, OPERATOR, central_id, today, fingerprint)
    act = Act.VOUCHED if step is Step.DONE else Act.FIRST_KEY_PROPOSED
    entry = Entry(desk, act, voice.central_id, today, str(central_id), voice.said_by)
    domain.journal.record(session, entry)
    return step
