# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who asks for a desk's page: the desk, the standing there, the reader for ``visible``.

The access decorator let functionaries of the desk through; here is decided who of them reads.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort

from service.cases.visible import Reader, reader
from service.desks.desk import Desk
from service.desks.member import Member
from service.desks.standing import OwnStanding, standing
from service.ids import BadId, to_bytes
from service.services import Services, current_services
from service.web.access import current_person

_HEAD_ID_SIZE = 32


@dataclass(frozen=True)
class Here:
    """The desk in the address, and who asks."""

    services: Services
    desk: Desk
    own: OwnStanding
    reader: Reader

    @property
    def central_id(self) -> int:
        return self.own.member.central_id


def as_reader(services: Services, member: Member) -> Reader:
    """A member of a roster as ``visible`` needs him, with all accounts that are his."""
    also = (*member.accounts, *member.private_accounts)
    return reader(services.match_keys, member.desk, member.central_id, member.name, also)


def functionary(desk_key: str) -> Here:
    """A functionary of the desk, with or without a key; 404 for whoever is not on its roster, or
    has lost the right since signing in.
    """
    services, person = current_services(), current_person()
    desk = services.desk(desk_key) or abort(404)
    with services.database.read() as session:
        own = standing(session, services.domain.roster, desk, person.central_id)
    if own is None or own.lapsed:
        abort(404)
    return Here(services, desk, own, as_reader(services, own.member))


def reading(desk_key: str) -> Here:
    """A functionary whose key was vouched for; others meet no case, not even how many there are."""
    here = functionary(desk_key)
    if not here.own.reads:
        abort(404)
    return here


def report_id_of(text: str) -> bytes:
    """A report's id from an address; 404 for what is none."""
    try:
        return to_bytes(text)
    except BadId:
        abort(404)


def case_id_of(text: str) -> bytes:
    """A case's id from an address; 404 for what is none."""
    try:
        return to_bytes(text, _HEAD_ID_SIZE)
    except BadId:
        abort(404)
