# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filing counts in the transaction that writes the report: once, whatever becomes of it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import func, select

from service.limits import limits
from service.limits.counting import Limit
from service.limits.models import CountRow
from service.notices.subscriptions import Subscriptions
from service.reports.filing import Filing
from service.reports.models import ReportRow
from service.services import Services
from service.sessions.person import Person
from tests.service.reports.desk import DESK, READERS, add_reader
from tests.service.reports.forms import Form
from tests.service.visiting import sign_in


@pytest.fixture
def recipients(services: Services) -> dict[int, str]:
    made = [add_reader(services, DESK, central_id, name) for name, central_id in READERS.items()]
    return {one.central_id: one.recipient for one in made}


@pytest.fixture
def form(app: Flask, services: Services, recipients: dict[int, str]) -> Callable[[], Form]:
    """A form that the same person has opened in one more browser."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def form() -> Form:
        person = Person(101, "Larkspur", edit_count=100, home="dewiki")
        visitor = sign_in(app, services, person)
        return Form(visitor.client, visitor.csrf)

    return form


def counts(services: Services) -> list[int]:
    """How often somebody filed, and did anything."""
    with services.database.read() as session:
        return list(session.scalars(select(CountRow.count)))


def broken(*_given: object, **_named: object) -> NoReturn:
    raise RuntimeError


def test_filing_that_broke_before_it_was_written_counts_once(
    form: Callable[[], Form],
    recipients: dict[int, str],
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Filing, "file", broken)
    assert form().post_sealed(recipients).status_code == 500
    assert counts(services) == [1, 1]


def test_filing_that_broke_after_it_was_written_counts_once(
    form: Callable[[], Form],
    recipients: dict[int, str],
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Reminders have a transaction of their own, after the report's."""
    monkeypatch.setattr(Subscriptions, "subscribe", broken)
    assert form().post_sealed(recipients, reminders="monthly").status_code == 500
    assert counts(services) == [1, 1]


def test_filing_to_a_desk_that_is_not_there_counts(
    form: Callable[[], Form], recipients: dict[int, str], services: Services
) -> None:
    nowhere = form()
    nowhere.desk = "nowhere"
    assert nowhere.post_sealed(recipients).status_code == 404
    assert counts(services) == [1, 1]


def test_nobody_slips_through_with_many_at_once_some_of_them_refused(
    form: Callable[[], Form],
    recipients: dict[int, str],
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "LIMITS", {"reports.file": Limit("file", 3)})
    posts = [(form(), {"wishes": wishes}) for wishes in ("advice", "x") * 4]
    start = threading.Barrier(len(posts), timeout=30)

    def post(form: Form, fields: dict[str, str]) -> int:
        start.wait()
        return form.post_sealed(recipients, **fields).status_code

    with ThreadPoolExecutor(len(posts)) as pool:
        answers = Counter(pool.map(post, *zip(*posts, strict=True)))

    assert answers[429] == 5
    assert answers[200] + answers[422] == 3
    assert counts(services) == [3, 3]
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ReportRow)) == answers[200]
