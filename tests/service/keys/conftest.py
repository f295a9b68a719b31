# SPDX-License-Identifier: AGPL-3.0-or-later
"""A reporter, and people with keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from service.audit.models import AuditEntryRow
from service.services import Services
from service.sessions.person import Person
from tests.service.keys.holder import Holder, wrap_json
from tests.service.visiting import Visitor, functionary, sign_in


@pytest.fixture
def visitor(app: Flask, services: Services, person: Person) -> Visitor:
    """A reporter without a key."""
    return sign_in(app, services, person)


@pytest.fixture
def holder(visitor: Visitor) -> Holder:
    """A reporter with a key, which a recovery code and a passphrase open."""
    return Holder.registered(visitor, wrap_json(), wrap_json("passphrase", 17))


@pytest.fixture
def functionary_holder(app: Flask, services: Services) -> Holder:
    """A functionary of DESK with a key."""
    return Holder.registered(sign_in(app, services, functionary(services, 9003, "Rowanbark")))


@pytest.fixture
def audit(services: Services) -> Callable[[], list[tuple[str, str]]]:
    """What the audit of DESK says: acts and what was noted with them, in no order."""

    def audit() -> list[tuple[str, str]]:
        with services.database.read() as session:
            rows = session.query(AuditEntryRow).all()
        found = [services.vault.open(AuditEntryRow.blob, row.id, row.blob) for row in rows]
        return sorted((one["act"], one["reason"]) for one in found)

    return audit
