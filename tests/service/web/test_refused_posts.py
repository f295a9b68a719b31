# SPDX-License-Identifier: AGPL-3.0-or-later
"""Posts that cannot be taken: what was typed is given back, and nonsense is no error of ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from service.sessions.person import Person
from service.sessions.store import SessionStore

TYPED = {"narrative": "It hurt.", "accounts": "Thornbury", "links": "see Special:Diff/5"}


def given_back(page: str) -> bool:
    return all(text in page for text in TYPED.values())


def test_what_was_typed_into_a_form_without_a_good_token_is_given_back(
    client: FlaskClient, sign_in: Callable[[FlaskClient, Person], str], person: Person
) -> None:
    sign_in(client, person)
    answer = client.post("/report/oversight/plain", data={**TYPED, "csrf_token": "forged"})
    assert answer.status_code == 400
    assert given_back(answer.get_data(as_text=True))


def test_what_was_typed_is_given_back_when_the_session_has_ended_meanwhile(
    client: FlaskClient,
    sign_in: Callable[[FlaskClient, Person], str],
    store: SessionStore,
    person: Person,
) -> None:
    token = sign_in(client, person)
    store.end_all(person.central_id)
    answer = client.post("/report/oversight/plain", data={**TYPED, "csrf_token": token})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert given_back(page)
    assert 'value="/report/oversight/plain"' in page, "signing in leads back to the form"


def test_json_nested_without_end_is_a_bad_request(
    client: FlaskClient, sign_in: Callable[[FlaskClient, Person], str], person: Person
) -> None:
    token = sign_in(client, person)
    answer = client.post(
        "/links",
        data="[" * 100_000 + "]" * 100_000,
        headers={"X-CSRFToken": token, "Content-Type": "application/json"},
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/reports/" + "A" * 200_000, "/desk/" + "é" * 3000])
def test_a_way_back_of_any_length_does_not_break_the_sign_in(
    client: FlaskClient, path: str
) -> None:
    page = client.get("/").get_data(as_text=True)
    token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    answer = client.post("/signin", data={"csrf_token": token, "next": path})
    assert answer.status_code < 500
