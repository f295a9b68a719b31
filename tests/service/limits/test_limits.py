# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever does too much at once is asked to wait, and loses nothing of what was typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from service.limits import limits
from service.limits.counting import Limit
from service.services import Services
from service.sessions.person import Person
from tests.service.conftest import ManualClock
from tests.service.visiting import Visitor, sign_in

ELSEWHERE = "Write to the office at help@support.example.org."
WORDS = 'It hurt, and "<b>hurt</b>" & hurt.'


@pytest.fixture
def services(services: Services) -> Services:
    """With a desk that names another way."""
    desks = tuple(replace(desk, elsewhere=ELSEWHERE) for desk in services.desks)
    return replace(services, desks=desks)


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind of act once an hour."""
    few = {name: replace(limit, most=1) for name, limit in limits.LIMITS.items()}
    monkeypatch.setattr(limits, "LIMITS", few)


@pytest.fixture
def larkspur(app: Flask, services: Services) -> Visitor:
    return sign_in(app, services, Person(101, "Larkspur", edit_count=100))


def file(visitor: Visitor) -> tuple[int, str]:
    answer = visitor.post("/report/oversight/plain", narrative=WORDS, accounts="Brackenridge")
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.usefixtures("once")
class TestPlainForm:
    def test_page_keeps_what_was_typed_and_says_where_else_to_turn(self, larkspur: Visitor) -> None:
        file(larkspur)

        status, page = file(larkspur)

        assert status == 429
        assert "It hurt, and &#34;&lt;b&gt;hurt&lt;/b&gt;&#34; &amp; hurt.</textarea>" in page
        assert "Brackenridge</textarea>" in page
        assert ELSEWHERE in page
        assert "mailto:" in page

    def test_same_form_is_sent_again_from_there(
        self, larkspur: Visitor, clock: ManualClock
    ) -> None:
        file(larkspur)
        answer = larkspur.post("/report/oversight/plain", narrative=WORDS)
        page = answer.get_data(as_text=True)
        assert 'action="/report/oversight/plain"' in page
        assert 'name="narrative" value="It hurt, and &#34;&lt;b' in page

        assert 0 < int(answer.headers["Retry-After"]) <= 3600
        clock.advance(seconds=int(answer.headers["Retry-After"]))

        assert file(larkspur)[0] == 422, "the form is looked at again"

    def test_other_people_do_not_wait(
        self, app: Flask, services: Services, larkspur: Visitor
    ) -> None:
        file(larkspur)
        other = sign_in(app, services, Person(102, "Quillfeather", edit_count=100))

        assert file(other)[0] == 422

    def test_both_ways_to_file_count_together(self, larkspur: Visitor) -> None:
        file(larkspur)

        assert larkspur.send("/report/oversight", {}).status_code == 429


@pytest.mark.usefixtures("once")
def test_what_is_refused_counts_like_what_is_filed(larkspur: Visitor) -> None:
    """Filing counts within its own transaction, which is undone by then."""
    assert larkspur.send("/report/oversight", {}).status_code == 422
    assert larkspur.send("/report/oversight", {}).status_code == 429


@pytest.mark.usefixtures("once")
def test_script_is_told_at_the_form(larkspur: Visitor, clock: ManualClock) -> None:
    clock.advance(seconds=3600 - clock().minute * 60 - clock().second)
    larkspur.send("/links", {"text": "x"})

    answer = larkspur.send("/links", {"text": "x"})

    assert answer.status_code == 429
    (error,) = answer.get_json()["errors"]
    assert error["field"] == "form"
    assert "Try again in 60 minutes" in error["message"]
    assert error["message"].endswith("If it cannot wait, write to emergency@wikimedia.org.")


def test_everything_posted_counts_together(
    monkeypatch: pytest.MonkeyPatch, larkspur: Visitor
) -> None:
    monkeypatch.setattr(limits, "POSTS", Limit("post", 2))
    found = [larkspur.post("/nowhere").status_code]
    found += [larkspur.post("/reminders", rhythm="x").status_code for _ in range(3)]

    assert found[0] == 404, "what is not there counts for nothing"
    assert found[1:] == [422, 422, 429]


def test_reading_never_waits(monkeypatch: pytest.MonkeyPatch, larkspur: Visitor) -> None:
    monkeypatch.setattr(limits, "POSTS", Limit("post", 1))
    larkspur.post("/reminders", rhythm="x")
    assert larkspur.post("/reminders", rhythm="x").status_code == 429

    assert larkspur.get("/reports").status_code == 200


def test_leaving_and_taking_back_are_always_possible(
    monkeypatch: pytest.MonkeyPatch, larkspur: Visitor
) -> None:
    monkeypatch.setattr(limits, "POSTS", Limit("post", 1))
    larkspur.post("/reminders", rhythm="x")
    assert larkspur.post("/reminders", rhythm="x").status_code == 429

    assert larkspur.post("/sessions/end", session="x").status_code == 303
    assert larkspur.post("/reports/AAAAAAAAAAAAAAAAAAAAAA/withdraw").status_code == 404
    assert larkspur.post("/reports/AAAAAAAAAAAAAAAAAAAAAA/end-hold").status_code == 404
    assert larkspur.post("/leave").status_code in {302, 303}
    assert larkspur.get("/reports").status_code == 401


def test_sign_ins_have_one_cap_that_passes_within_a_minute(
    monkeypatch: pytest.MonkeyPatch, app: Flask, clock: ManualClock
) -> None:
    monkeypatch.setattr(limits, "SIGN_INS", Limit("sign-in", 2, timedelta(minutes=1)))

    def begin() -> int:
        client = app.test_client()
        page = client.get("/").get_data(as_text=True)
        token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
        return client.post("/signin", data={"csrf_token": token}).status_code

    assert [begin() for _ in range(3)] == [303, 303, 429]
    clock.advance(minutes=1)
    assert begin() == 303


def test_limits_name_endpoints_that_exist(app: Flask) -> None:
    posting = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}

    assert limits.LIMITS.keys() | limits.UNLIMITED | {"signin.begin"} <= posting
