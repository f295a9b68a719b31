# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages for everybody, errors, leaving, and forms with a foreign token."""

from __future__ import annotations

import logging
from collections.abc import Callable
from unittest.mock import ANY

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.database import Database
from service.sessions.person import Person
from service.sessions.store import SessionStore
from service.web.access import open_to_all, signed_in

PAGES = ["/", "/privacy", "/terms", "/signin/problem", "/nowhere"]


@pytest.fixture
def app(app: Flask) -> Flask:
    """With a view that breaks, one that takes a form and one that a script asks."""

    @open_to_all
    def broken() -> str:
        raise ValueError("Larkspur")

    @signed_in
    def form() -> str:
        return "taken"

    app.add_url_rule("/broken", "test.broken", broken)
    app.add_url_rule("/form", "test.form", form, methods=["POST"])
    return app


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_same_title_and_ways_out(client: FlaskClient, path: str) -> None:
    page = client.get(path).text

    assert "<title>Community Support</title>" in page
    assert page.index('href="#content"') < page.index("<header")
    assert 'action="/leave"' in page
    assert page.count("<h1>") == 1
    assert "⧼" not in page
    for address in ("/privacy", "/terms", "/source"):
        assert f'href="{address}"' in page


def test_home_has_three_doors_and_the_emergency_address(client: FlaskClient) -> None:
    page = client.get("/").text

    assert page.count('class="cs-door"') == 3
    assert "not an emergency service" in page
    assert "mailto:emergency@wikimedia.org" in page
    assert page.count("<details") >= 4


def test_name_menu_is_there_when_signed_in_only(
    client: FlaskClient, person: Person, sign_in: Callable[..., str]
) -> None:
    assert "/signout" not in client.get("/").text

    sign_in(client, person)
    page = client.get("/").text

    assert person.name in page
    assert 'action="/signout"' in page
    assert 'action="/signin"' not in page


def test_tab_label_stays_in_a_session_and_changes_with_it(
    client: FlaskClient, person: Person, sign_in: Callable[..., str]
) -> None:
    def label() -> str:
        return client.get("/").text.split('data-person="')[1].split('"')[0]

    sign_in(client, person)
    first = label()
    assert label() == first
    sign_in(client, person)

    assert label() != first


def test_right_to_left_layout_with_english_words(client: FlaskClient) -> None:
    """The words are English, and a screen reader has to know it."""
    assert '<html lang="en" dir="rtl">' in client.get("/?uselang=ar").text
    assert '<html lang="en" dir="ltr">' in client.get("/?uselang=nonsense").text


def test_qqx_shows_the_keys(client: FlaskClient) -> None:
    assert "(web-home-lead)" in client.get("/?uselang=qqx").text


def test_uselang_counts_for_one_request(client: FlaskClient) -> None:
    client.get("/?uselang=ar")

    assert 'dir="ltr"' in client.get("/").text


def test_chosen_language_is_kept_until_the_browser_closes(client: FlaskClient) -> None:
    cookies = client.get("/?setlang=en").headers.getlist("Set-Cookie")

    kept = [cookie for cookie in cookies if cookie.startswith("cs-lang=en")]
    assert len(kept) == 1
    assert "Max-Age" not in kept[0]
    assert "Expires" not in kept[0]


def test_leaving_signs_out_and_goes_to_a_neutral_page(
    client: FlaskClient, store: SessionStore, person: Person, sign_in: Callable[..., str]
) -> None:
    sign_in(client, person)
    cookie = client.get_cookie("session")
    assert cookie is not None

    answer = client.post("/leave")  # no token: it works from any page, however old

    assert (answer.status_code, answer.headers["Location"]) == (303, "http://127.0.0.1:8001/")
    assert store.load(cookie.value) is None
    assert client.get_cookie("session") is None


def test_leaving_leads_away_also_when_the_database_does_not_answer(
    client: FlaskClient,
    database: Database,
    person: Person,
    sign_in: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sign_in(client, person)
    away = Database("mariadb+pymysql://nobody@127.0.0.1:1/nothing")
    monkeypatch.setattr(database, "engine", away.engine)

    answer = client.post("/leave")

    assert (answer.status_code, answer.headers["Location"]) == (303, "http://127.0.0.1:8001/")
    assert client.get_cookie("session") is None


def test_another_site_cannot_end_a_session(
    client: FlaskClient, store: SessionStore, person: Person, sign_in: Callable[..., str]
) -> None:
    """SameSite=Lax keeps the cookie out of a foreign site's POST; the answer deletes none."""
    sign_in(client, person)
    cookie = client.get_cookie("session")
    assert cookie is not None
    foreign = client.application.test_client()

    answer = foreign.post("/leave", headers={"Origin": "https://evil.example"})

    assert "Set-Cookie" not in answer.headers
    assert "Clear-Site-Data" not in answer.headers
    assert store.load(cookie.value) is not None


def test_leaving_by_a_link_does_not_work(client: FlaskClient) -> None:
    assert client.get("/leave").status_code == 405


@pytest.mark.parametrize("token", ["", "forged", None])
def test_form_with_a_foreign_token_is_refused_and_what_was_typed_is_shown(
    client: FlaskClient, person: Person, sign_in: Callable[..., str], token: str | None
) -> None:
    sign_in(client, person)
    data = {"narrative": "What <b>happened</b>"} | ({} if token is None else {"csrf_token": token})

    answer = client.post("/form", data=data)

    assert answer.status_code == 400
    assert "What &lt;b&gt;happened&lt;/b&gt;" in answer.text


def test_token_of_another_session_is_refused(
    client: FlaskClient, app: Flask, person: Person, sign_in: Callable[..., str]
) -> None:
    foreign = sign_in(app.test_client(), person)
    sign_in(client, person)

    assert client.post("/form", data={"csrf_token": foreign}).status_code == 400


def test_token_lives_as_long_as_the_session(
    client: FlaskClient, person: Person, sign_in: Callable[..., str]
) -> None:
    token = sign_in(client, person)

    assert client.post("/form", data={"csrf_token": token}).text == "taken"
    assert client.post("/form", headers={"X-CSRFToken": token}).text == "taken"


def test_scripts_get_errors_as_json(client: FlaskClient) -> None:
    json = {"Accept": "application/json"}

    absent = client.get("/nowhere", headers=json)
    ended = client.post("/form", headers=json)

    assert absent.json == {"error": "absent", "message": ANY, "request": ANY}
    assert (ended.status_code, ended.json) == (
        400,
        {"error": "session-ended", "message": ANY, "request": ANY},
    )


def test_too_large_a_request_is_said_so(
    client: FlaskClient, person: Person, sign_in: Callable[..., str]
) -> None:
    token = sign_in(client, person)

    answer = client.post("/form", data={"csrf_token": token, "x": "x" * (1 << 20)})

    assert answer.status_code == 413
    assert "larger than this tool can take" in answer.text


def test_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.get("/form")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_broken_view_shows_a_request_id_and_logs_no_value(
    client: FlaskClient, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    caplog.set_level(logging.INFO)

    answer = client.get("/broken")

    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert "Larkspur" not in answer.text
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == [
        "unhandled exception"
    ]


def test_page_of_our_error_needs_no_database(
    client: FlaskClient, app: Flask, person: Person, sign_in: Callable[..., str]
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    sign_in(client, person)

    answer = client.get("/broken")

    assert "Something broke on our side" in answer.text
    assert person.name not in answer.text
