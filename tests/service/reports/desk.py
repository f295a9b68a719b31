# SPDX-License-Identifier: AGPL-3.0-or-later
"""Readers with keys that the tests know, and forms as a browser posts them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.desks.roster import OPERATOR
from service.keys.store import WrapKind
from service.sealing import age
from service.sealing.header import Stanza, serialise, to_base64
from service.services import Services

DESK = "oversight"
CLOSED_DESK = "stewards"
READERS = {"Rowanbark": 9003, "Fennelwood": 9004, "Thornbury": 9006}


@dataclass(frozen=True)
class ReaderKey:
    """A reader of the desk, with the secret half of the key."""

    central_id: int
    name: str
    identity: str
    recipient: str


def a_wrap() -> bytes:
    """A file with the structure of a wrapped identity; nobody opens it."""
    stanza = Stanza("scrypt", (to_base64(bytes(16)), "17"), bytes(32))
    return serialise([stanza]) + b" " + to_base64(bytes(32)).encode() + b"\n" + bytes(16 + 80 + 16)


def give_key(services: Services, central_id: int) -> tuple[str, str]:
    """Register a key for an account; its identity and recipient."""
    identity, recipient = age.new_identity()
    with services.database.write() as session:
        wraps = [(WrapKind.RECOVERY, a_wrap())]
        services.domain.keys.register(session, central_id, recipient, wraps, services.today())
    return identity, recipient


def add_reader(services: Services, desk: str, central_id: int, name: str) -> ReaderKey:
    """A functionary with a key that was vouched for."""
    identity, recipient = give_key(services, central_id)
    roster = services.domain.roster
    with services.database.write() as session:
        roster.confirm(session, desk, central_id, name, services.today())
        roster.vouch(session, desk, OPERATOR, central_id, services.today())
    return ReaderKey(central_id, name, identity, recipient)


def form_id_of(page: str) -> str:
    """The signed form id that a page carries."""
    found = re.search(r'(?:data-form-id|name="form_id" value)="([^"]+)"', page)
    assert found is not None
    return found[1]
