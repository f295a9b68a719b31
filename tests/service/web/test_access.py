# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may see what: each view says it, and what is not for somebody looks like nothing."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.rights.asking import LONGEST_TRUSTED
from service.sessions.person import Person
from service.web.access import (
    Access,
    UndecidedAccess,
    access_of,
    open_to_all,
    reader,
    require_access,
    signed_in,
)

OPEN = {
    "signin.begin",
    "signin.callback",
    "signin.problem",
    "web.alive",
    "web.healthz",
    "web.home",
    "web.leave",
    "web.privacy",
    "web.source",
    "web.static",
    "web.terms",
}
"""Every view that a stranger may see. A new one is a decision: it is written down here."""


@pytest.fixture
def app(app: Flask) -> Flask:
    """With the page of a desk."""

    @reader
    def queue(desk: str) -> str:
        return f"queue of {desk}"

    app.add_url_rule("/test/<desk>", "test.queue", queue)
    return app


def test_every_view_says_who_may_see_it(app: Flask) -> None:
    undecided = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if access_of(app.view_functions[rule.endpoint]) is None
    ]

    assert undecided == []


def test_only_these_views_are_open_to_strangers(app: Flask) -> None:
    found = {
        endpoint for endpoint, view in app.view_functions.items() if access_of(view) is Access.OPEN
    }

    assert found == OPEN


def test_views_that_need_a_person_refuse_strangers(app: Flask, client: FlaskClient) -> None:
    values = {"desk": "stewards", "default": "A" * 22}
    adapter = app.url_map.bind("localhost:8000")
    for rule in app.url_map.iter_rules():
        if access_of(app.view_functions[rule.endpoint]) is Access.OPEN or "GET" not in (
            rule.methods or ()
        ):
            continue
        arguments = {name: values.get(name, values["default"]) for name in rule.arguments}
        answer = client.get(adapter.build(rule.endpoint, arguments))
        assert answer.status_code == 401, rule.endpoint


def test_app_refuses_a_view_without_a_decision(app: Flask) -> None:
    app.add_url_rule("/forgotten", "test.forgotten", lambda: "anybody")

    with pytest.raises(UndecidedAccess, match=r"test\.forgotten"):
        require_access(app)


def test_two_decisions_are_refused() -> None:
    def view() -> str:
        return ""

    with pytest.raises(UndecidedAccess):
        open_to_all(signed_in(view))


def test_reader_sees_the_own_desk(
    client: FlaskClient, functionary: Person, sign_in: Callable[..., str]
) -> None:
    sign_in(client, functionary)

    assert client.get("/test/stewards").text == "queue of stewards"


def without_request_id(page: str) -> str:
    return re.sub(r"\b[0-9a-f]{16}\b", "ID", re.sub(r'content="[^"]+">', "", page))


def test_desk_of_others_looks_like_no_desk(
    client: FlaskClient, functionary: Person, sign_in: Callable[..., str]
) -> None:
    """Not only the same code: the same page."""
    sign_in(client, functionary)

    foreign, absent = client.get("/test/oversight"), client.get("/test/nothing")

    assert foreign.status_code == absent.status_code == 404
    page, other = (
        re.sub(r'value="[^"]+"', "", without_request_id(a.text)) for a in (foreign, absent)
    )
    assert page == other


def test_unconfirmed_rights_open_nothing_and_are_said_so(
    client: FlaskClient, functionary: Person, sign_in: Callable[..., str]
) -> None:
    sign_in(client, dataclasses.replace(functionary, rights_checked=None))

    closed = client.get("/test/stewards")

    assert closed.status_code == 503
    assert "queue of" not in closed.text
    assert "The wiki did not say which rights you have" in closed.text
    assert client.get("/test/nothing").status_code == 404


def test_rights_that_were_confirmed_too_long_ago_open_nothing(
    client: FlaskClient, functionary: Person, sign_in: Callable[..., str]
) -> None:
    """Sessions end before; this lock holds if somebody lets them live longer."""
    old = functionary.rights_checked
    assert old is not None
    checked = old - LONGEST_TRUSTED - timedelta(seconds=1)
    sign_in(client, dataclasses.replace(functionary, rights_checked=checked))

    assert client.get("/test/stewards").status_code == 503


def test_desk_that_was_taken_out_of_the_configuration_opens_nothing(
    client: FlaskClient, functionary: Person, sign_in: Callable[..., str]
) -> None:
    sign_in(client, dataclasses.replace(functionary, desks=frozenset({"closed"})))

    assert client.get("/test/closed").status_code == 404
