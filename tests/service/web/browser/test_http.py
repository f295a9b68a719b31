# SPDX-License-Identifier: AGPL-3.0-or-later
"""How pages talk to the server: tokens, refusals at fields, asking again, following changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Response, Route

from tests.service.web.browser.served import Answer, Answering, Asked, Site

pytestmark = pytest.mark.browser

POST = "([body, asking]) => probe.outcome(() => probe.http.postJson('/there', body, asking))"
FORM = """() => {
    const form = new FormData();
    form.append("narrative", new Blob(["sealed"]), "narrative");
    return probe.outcome(() => probe.http.postJson("/there", form));
}"""
GET = "(asking) => probe.outcome(() => probe.http.getJson('/there', asking))"


def in_turn(*answers: Answer) -> Answering:
    left = list(answers)
    return lambda _asked: left.pop(0) if len(left) > 1 else left[0]


def post(page: Page, body: object, **asking: object) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(POST, [body, asking])
    return found


def test_a_post_carries_the_csrf_token_and_asks_for_json(page: Page, site: Site) -> None:
    site.answers["POST", "/there"] = in_turn(Answer.of({"location": "/on"}))
    assert post(page, {"words": "…"}) == {"value": {"location": "/on"}}
    (asked,) = site.posted("/there")
    assert asked.json() == {"words": "…"}
    assert asked.headers["x-csrftoken"] == "the-token"
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["accept"] == "application/json"


def test_a_form_goes_as_multipart(page: Page, site: Site) -> None:
    site.answers["POST", "/there"] = in_turn(Answer.of({}))
    assert page.evaluate(FORM) == {"value": {}}
    (asked,) = site.posted("/there")
    assert asked.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b"sealed" in asked.body


def test_a_refusal_brings_its_errors_along(page: Page, site: Site) -> None:
    errors = [{"field": "links", "message": "At most 50 links."}]
    site.answers["POST", "/there"] = in_turn(Answer.of({"errors": errors}, 400))
    found = post(page, {}, again=3)
    assert (found["name"], found["status"], found["errors"]) == ("Refused", 400, errors)
    assert len(site.posted("/there")) == 1


def test_a_page_of_an_error_is_a_refusal_without_fields(page: Page, site: Site) -> None:
    site.answers["POST", "/there"] = in_turn(Answer(b"<p>Oh", "text/html", 500))
    found = post(page, {})
    assert (found["name"], found["status"], found["errors"]) == ("Refused", 500, [])


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_passes_is_asked_again_where_that_is_allowed(
    page: Page, site: Site, status: int
) -> None:
    busy = Answer.of({}, status)
    site.answers["POST", "/there"] = in_turn(busy, busy, Answer.of({"location": "/on"}))
    assert post(page, {}, again=2) == {"value": {"location": "/on"}}
    assert len(site.posted("/there")) == 3


def test_a_post_is_not_repeated_unasked(page: Page, site: Site) -> None:
    site.answers["POST", "/there"] = in_turn(Answer.of({}, 503), Answer.of({}))
    assert post(page, {})["status"] == 503
    assert len(site.posted("/there")) == 1


def test_a_lost_answer_is_asked_for_again_and_in_the_end_named(page: Page, site: Site) -> None:
    lost: list[Route] = []

    def lose(route: Route) -> None:
        lost.append(route)
        route.abort()

    page.route("**/there", lose)
    assert page.evaluate(GET, {"again": 1})["name"] == "Unreachable"
    assert len(lost) == 2


def test_no_answer_in_time_is_unreachable(page: Page, site: Site) -> None:
    page.route("**/there", lambda _route: None)
    assert page.evaluate(GET, {"again": 0, "timeout": 50})["name"] == "Unreachable"


def test_a_redirect_to_the_sign_in_page_is_no_answer(page: Page, site: Site) -> None:
    away = Answer(b"", "text/html", 303, {"Location": "/"})
    site.answers["POST", "/there"] = in_turn(away)
    assert post(page, {})["name"] == "Unreachable"


@pytest.mark.parametrize("body", [b"<p>portal</p>", b"{"])
def test_an_answer_that_is_not_ours_is_no_answer(page: Page, site: Site, body: bytes) -> None:
    kind = "text/html" if body.startswith(b"<") else "application/json"
    site.answers["GET", "/there"] = in_turn(Answer(body, kind))
    assert page.evaluate(GET, {"again": 0})["name"] == "Unreachable"


def test_following_hears_of_each_change_once(page: Page, site: Site) -> None:
    """Two answers that are the same state, then another: the page is told twice."""
    page.clock.install()
    states = iter(["received", "received", "being read"])

    def progress(asked: Asked) -> Answer:
        state = next(states)
        if asked.headers.get("if-none-match") == f'"{state}"':
            return Answer(b"", status=304)
        return Answer.of({"state": state}, ETag=f'"{state}"')

    site.answers["GET", "/progress"] = progress
    page.evaluate(
        """() => {
            window.heard = [];
            window.done = probe.live.follow("/progress", ({ state }) => {
                heard.push(state);
                return state === "being read" ? "enough" : undefined;
            }, new AbortController().signal);
        }"""
    )
    for _ in range(2):
        with page.expect_response("**/progress"):
            page.clock.run_for(6_000)
    page.evaluate("done")
    assert page.evaluate("heard") == ["received", "being read"]


def test_following_goes_on_after_a_lost_answer_and_ends_with_a_refusal(
    page: Page, site: Site
) -> None:
    away = Answer(b"<p>portal", "text/html")
    site.answers["GET", "/progress"] = in_turn(away, Answer.of({}, 503), Answer.of({}, 404))
    page.clock.install()
    page.evaluate(
        """() => {
            window.done = probe.outcome(() => probe.live.follow(
                "/progress", () => undefined, new AbortController().signal));
        }"""
    )
    for status in (503, 404):
        with page.expect_response(answered(status)):
            page.clock.run_for(8_000)
    assert page.evaluate("done")["status"] == 404


def answered(status: int) -> Callable[[Response], bool]:
    return lambda response: response.status == status
