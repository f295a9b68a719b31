# SPDX-License-Identifier: AGPL-3.0-or-later
"""Headers on every answer, over http and over https."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import create_app
from service.services import Services
from service.sessions.person import Person
from service.sessions.store import PERSON, SessionStore
from tests.service.reports.desk import add_reader

HTTPS = "https://support.example.org"
EVERY_KIND = ["/", "/nowhere", "/healthz", "/healthz/alive", "/static/app-AAAA.js", "/source"]


def directives(answer: TestResponse) -> dict[str, str]:
    policy = answer.headers["Content-Security-Policy"]
    return {name: value for name, _, value in (one.partition(" ") for one in policy.split("; "))}


@pytest.fixture
def secure(services: Services, bundle: Path) -> Flask:
    """The same app behind https, as in production."""
    config = dataclasses.replace(services.config, base_url=HTTPS)
    return create_app(config, services=dataclasses.replace(services, config=config), bundle=bundle)


@pytest.mark.parametrize("path", EVERY_KIND)
def test_every_answer_has_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_policy_allows_only_what_pages_need(client: FlaskClient) -> None:
    found = directives(client.get("/privacy"))

    assert found == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "community-support",
        "form-action": "'self' http://127.0.0.1:8001",
    }


def test_only_a_page_with_the_sign_in_button_may_send_a_form_to_the_wiki(
    services: Services, bundle: Path
) -> None:
    config = dataclasses.replace(
        services.config,
        oauth_wiki="https://meta.wikimedia.org/w/index.php",
        leave_url="https://www.wikipedia.org/",
    )
    app = create_app(config, services=dataclasses.replace(services, config=config), bundle=bundle)
    app.config["SERVER_NAME"] = config.host

    def forms(path: str) -> str:
        return directives(app.test_client().get(path))["form-action"]

    leaving = "'self' https://www.wikipedia.org"
    assert forms("/privacy") == leaving
    assert forms("/") == f"{leaving} https://meta.wikimedia.org https://*.wikimedia.org"


def test_only_the_page_of_a_roster_may_ask_the_wiki_and_only_if_a_page_is_pinned_there(
    services: Services,
    bundle: Path,
    store: SessionStore,
    functionary: Person,
    sign_in: Callable[[FlaskClient, Person], str],
) -> None:
    add_reader(services, "stewards", functionary.central_id, functionary.name)

    def sources(path: str, page: str | None) -> str:
        config = dataclasses.replace(services.config, roster_page=page)
        app = create_app(
            config, services=dataclasses.replace(services, config=config), bundle=bundle
        )
        app.config["SERVER_NAME"] = config.host
        client = app.test_client()
        sign_in(client, functionary)
        answer = client.get(path)
        assert answer.status_code == 200
        return directives(answer)["connect-src"]

    assert sources("/desk/stewards/roster", "Project:Rosters") == "'self' http://127.0.0.1:8001"
    assert sources("/desk/stewards/roster", None) == "'self'"
    for other in ("/desk/stewards", "/desk/stewards/accounts", "/report", "/key"):
        assert sources(other, "Project:Rosters") == "'self'"


def test_no_page_has_inline_code_or_styles(client: FlaskClient) -> None:
    for path in ("/", "/privacy", "/terms", "/signin/problem", "/nowhere"):
        page = client.get(path).get_data(as_text=True)
        assert " style=" not in page
        assert "<style" not in page
        assert " on" not in page.replace(" on ", " ").split("<body")[0]
        assert page.count("<script") == page.count("<script type=")


def test_https_adds_hsts_and_the_host_cookie(secure: Flask) -> None:
    answer = secure.test_client().get("/", base_url=HTTPS)

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "upgrade-insecure-requests" in directives(answer)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "Max-Age" not in cookie


def test_language_that_was_chosen_is_kept_for_this_host_alone(secure: Flask) -> None:
    client = secure.test_client()
    [cookie] = [
        one
        for one in client.get("/?setlang=en", base_url=HTTPS).headers.getlist("Set-Cookie")
        if "cs-lang" in one
    ]

    assert cookie.startswith("__Host-cs-lang=en;")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_forms_work_over_https_with_the_referrer_that_our_policy_sends(
    secure: Flask, store: SessionStore, person: Person
) -> None:
    """Flask-WTF compares the Referer over https only: plain http would not show this."""
    client = secure.test_client()
    token = store.create({PERSON: person.to_json()})
    client.set_cookie(
        "__Host-session", token, domain="support.example.org", secure=True, origin_only=True
    )
    page = client.get("/", base_url=HTTPS).get_data(as_text=True)
    csrf = page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]

    def sign_out(referrer: str | None) -> int:
        headers = {} if referrer is None else {"Referer": referrer}
        data = {"csrf_token": csrf}
        return client.post("/signout", base_url=HTTPS, data=data, headers=headers).status_code

    assert sign_out(None) == 400
    assert sign_out("https://evil.example/") == 400
    assert sign_out(f"{HTTPS}/") == 303


@pytest.mark.parametrize("host", ["evil.example", "localhost", "localhost:8000.evil.example"])
def test_other_hosts_are_refused(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 400


def test_health_probe_may_use_any_address(client: FlaskClient) -> None:
    answer = client.get("/healthz/alive", headers={"Host": "192.0.2.7:8000"})

    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert client.get("/healthz", headers={"Host": "192.0.2.7:8000"}).text.count("\n") == 3


def test_forwarded_scheme_counts_only_behind_a_proxy(
    services: Services, bundle: Path, secure: Flask
) -> None:
    config = dataclasses.replace(services.config, base_url=HTTPS, trusted_proxies=1)
    proxied = create_app(
        config, services=dataclasses.replace(services, config=config), bundle=bundle
    )
    seen: list[str] = []

    def scheme(app: Flask) -> str:
        app.before_request_funcs[None].append(lambda: seen.append(request.scheme))
        headers = {"X-Forwarded-Proto": "https", "Host": "support.example.org"}
        app.test_client().get("/healthz", headers=headers)
        return seen[-1]

    assert scheme(proxied) == "https"
    assert scheme(secure) == "http"


def test_pages_are_not_kept_and_files_are_for_ever(client: FlaskClient) -> None:
    assert client.get("/").headers["Cache-Control"] == "no-store"
    kept = client.get("/static/app-AAAA.js").headers["Cache-Control"]
    assert kept == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("gzip, deflate, br", "br", b"brotli"),
        ("gzip", "gzip", b"gzip"),
        ("br;q=0, gzip", "gzip", b"gzip"),
        ("", None, b"/* built */"),
    ],
)
def test_static_files_come_compressed_as_the_browser_takes_them(
    client: FlaskClient, accepted: str, encoding: str | None, body: bytes
) -> None:
    answer = client.get("/static/app-AAAA.js", headers={"Accept-Encoding": accepted})

    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.data == body
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Cookie" not in answer.headers["Vary"]


@pytest.mark.parametrize(
    "name", ["app.js", "manifest.json", "app-AAAA.js.gz", "../desks.toml", "%2e%2e/desks.toml"]
)
def test_only_files_of_the_manifest_are_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "DELETE"])
def test_methods_that_no_view_names_are_refused(client: FlaskClient, method: str) -> None:
    answer = client.open("/privacy", method=method, headers={"X-Secret": "echo"})

    assert answer.status_code == 405
    assert "echo" not in answer.text


def test_static_files_ask_for_no_session(client: FlaskClient, sign_in: Callable[..., str]) -> None:
    assert "Set-Cookie" not in client.get("/static/app-AAAA.js").headers
    assert "Set-Cookie" not in client.get("/healthz").headers
    assert "Set-Cookie" not in client.get("/healthz/alive").headers
