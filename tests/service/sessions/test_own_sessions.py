# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everybody sees where the own account is signed in, and can end it; nobody else's."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from service.ids import to_text
from service.services import Services
from service.sessions.person import Person
from tests.service.conftest import ManualClock
from tests.service.visiting import Visitor, sign_in

LARKSPUR = Person(101, "Larkspur", edit_count=100)
READER = Person(9003, "Rowanbark", desks=frozenset({"oversight"}))


@pytest.fixture
def larkspur(app: Flask, services: Services) -> Visitor:
    return sign_in(app, services, LARKSPUR)


def others(page: str) -> list[str]:
    return re.findall(r'name="session" value="([^"]+)"', page)


def test_page_lists_this_browser_and_the_others_with_their_times(
    app: Flask, services: Services, larkspur: Visitor, clock: ManualClock
) -> None:
    began = f"{clock():%H:%M}"
    clock.advance(minutes=5)
    other = sign_in(app, services, LARKSPUR)

    page = larkspur.text("/sessions")

    assert page.count("This browser") == 1
    assert len(others(page)) == 1
    assert f"Signed in: 3 May 2026, {began} UTC" in page
    assert f"Signed in: 3 May 2026, {clock():%H:%M} UTC" in page
    assert other.get("/reports").status_code == 200


def test_ended_session_is_over_and_this_one_is_not(
    app: Flask, services: Services, larkspur: Visitor
) -> None:
    other = sign_in(app, services, LARKSPUR)
    (session,) = others(larkspur.text("/sessions"))

    assert larkspur.post("/sessions/end", session=session).status_code == 303

    assert other.get("/reports").status_code == 401
    assert larkspur.get("/reports").status_code == 200
    assert others(larkspur.text("/sessions")) == []


def test_nobody_sees_or_ends_the_sessions_of_another(
    app: Flask, services: Services, larkspur: Visitor
) -> None:
    sign_in(app, services, LARKSPUR)
    (session,) = others(larkspur.text("/sessions"))
    stranger = sign_in(app, services, Person(102, "Quillfeather"))
    assert others(stranger.text("/sessions")) == []

    for nonsense in (session, "", "x", to_text(bytes(32))):
        assert stranger.post("/sessions/end", session=nonsense).status_code == 303

    assert others(larkspur.text("/sessions")) == [session]


def test_session_that_is_over_is_not_listed(
    app: Flask, services: Services, clock: ManualClock
) -> None:
    first = sign_in(app, services, READER)
    clock.advance(minutes=29)
    second = sign_in(app, services, READER)
    assert len(others(second.text("/sessions"))) == 1
    clock.advance(minutes=1)

    assert others(second.text("/sessions")) == []
    assert first.get("/key").status_code == 401


def test_page_names_no_id_that_opens_a_session(
    app: Flask, services: Services, larkspur: Visitor
) -> None:
    sign_in(app, services, LARKSPUR)
    (session,) = others(larkspur.text("/sessions"))
    thief = app.test_client()
    thief.set_cookie("session", session)

    assert thief.get("/reports").status_code == 401
