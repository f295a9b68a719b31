# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk of two readers whose rights a running sandbox wiki tells."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onwiki.sandbox import accounts
from service.audit.models import AuditEntryRow
from service.desks.member import Member
from service.services import Services
from tests.fixtures_sandbox import Sandbox
from tests.service.signin.conftest import accept, arrive, begin, environ
from tests.service.world import DESK, World

__all__ = ["accept", "arrive", "begin", "environ"]


@pytest.fixture
def world(world: World, sandbox: Sandbox) -> World:
    for name in ("Rowanbark", "Fennelwood"):
        world.add_reader(name, sandbox.person(name).id)
    return world


@pytest.fixture
def take_right(sandbox: Sandbox) -> Callable[[str], None]:
    """On the wiki, somebody is no oversighter any more."""

    def take_right(name: str) -> None:
        with sandbox.store.writing() as db:
            accounts.set_groups(db, sandbox.account("sandboxwiki", name), [])

    return take_right


@pytest.fixture
def give_right(sandbox: Sandbox) -> Callable[[str], None]:
    def give_right(name: str) -> None:
        with sandbox.store.writing() as db:
            accounts.set_groups(db, sandbox.account("sandboxwiki", name), ["suppress"])

    return give_right


@pytest.fixture
def member(world: World) -> Callable[[str], Member]:
    """Somebody's line on the roster."""

    def member(name: str) -> Member:
        with world.services.database.read() as session:
            members = world.domain.roster.members(session, DESK)
        return next(one for one in members if one.name == name)

    return member


@pytest.fixture
def acts(services: Services) -> Callable[[], list[str]]:
    """What the audit says was done, in no order."""

    def acts() -> list[str]:
        with services.database.read() as session:
            rows = session.query(AuditEntryRow).all()
        opened = (services.vault.open(AuditEntryRow.blob, row.id, row.blob) for row in rows)
        return sorted(one["act"] for one in opened)

    return acts


@pytest.fixture
def questions(sandbox: Sandbox) -> Callable[[], int]:
    """How often the wiki was asked about an account since ``sandbox.forget_requests``."""
    return lambda: sum("query+globaluserinfo" in one["labels"] for one in sandbox.requests())
