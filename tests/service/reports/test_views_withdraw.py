# SPDX-License-Identifier: AGPL-3.0-or-later
"""Withdrawing on the own page: what is said before, what is there afterwards, and for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from service.ids import new_id, to_text
from service.services import Services
from service.sessions.person import Person
from tests.service.reports.desk import ReaderKey
from tests.service.reports.forms import Form
from tests.service.rows import keys_of

PAGES = ["/reports/{}", "/reports/{}/sent", "/reports/{}/sealed", "/reports/{}/progress"]


@pytest.fixture
def filed(client: FlaskClient, csrf: str, readers: dict[str, ReaderKey]) -> Form:
    form = Form(client, csrf)
    assert form.post_plain(accounts="Thornbury").status_code == 303
    return form


def address(form: Form) -> str:
    return f"/reports/{to_text(form.report_id)}"


def withdraw(form: Form, path: str | None = None) -> int:
    path = path or f"{address(form)}/withdraw"
    return form.client.post(path, data={"csrf_token": form.csrf}).status_code


def test_page_says_before_what_goes_and_what_stays(filed: Form, client: FlaskClient) -> None:
    assert f"{address(filed)}/withdraw" in client.get(address(filed)).get_data(as_text=True)

    page = client.get(f"{address(filed)}/withdraw").get_data(as_text=True)

    for said in ("What goes, at once", "What stays", "for 90 days at most", "Withdraw it"):
        assert said in page
    assert client.get(address(filed)).status_code == 200  # looking is no withdrawing


def test_withdrawn_report_is_answered_like_an_absent_one(filed: Form, client: FlaskClient) -> None:
    answer = client.post(f"{address(filed)}/withdraw", data={"csrf_token": filed.csrf})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/reports/withdrawn")
    page = client.get("/reports/withdrawn").get_data(as_text=True)
    assert "Your report is withdrawn" in page

    absent = to_text(new_id())
    for path in [*PAGES, "/reports/{}/withdraw"]:
        gone = client.get(path.format(to_text(filed.report_id)))
        never = client.get(path.format(absent))
        assert gone.status_code == never.status_code == 404
    assert withdraw(filed) == withdraw(filed, f"/reports/{absent}/withdraw") == 404
    assert address(filed) not in client.get("/reports").get_data(as_text=True)


def test_nobody_else_can_withdraw_it_or_learn_that_it_is_there(
    filed: Form,
    client: FlaskClient,
    services: Services,
    reporter: Person,
    sign_in: Callable[[FlaskClient, Person], str],
) -> None:
    before = keys_of(services.database)["report"]
    csrf = sign_in(client, replace(reporter, central_id=32, name="Somebody Else"))
    for path in (f"{address(filed)}/withdraw", f"/reports/{to_text(new_id())}/withdraw"):
        assert client.get(path).status_code == 404
        assert client.post(path, data={"csrf_token": csrf}).status_code == 404
    assert client.post("/reports/x/withdraw", data={"csrf_token": csrf}).status_code == 404
    assert keys_of(services.database)["report"] == before


def test_withdrawing_wants_the_forms_token_and_a_session(
    filed: Form, client: FlaskClient, services: Services
) -> None:
    assert client.post(f"{address(filed)}/withdraw").status_code == 400
    client.delete_cookie("session")
    assert client.get(f"{address(filed)}/withdraw").status_code == 401
    assert len(keys_of(services.database)["report"]) == 1


def test_form_that_is_still_open_cannot_bring_it_back(filed: Form, services: Services) -> None:
    withdraw(filed)
    again = filed.post_plain(accounts="Thornbury")
    assert again.status_code == 422
    assert "that report is erased by now" in again.get_data(as_text=True)
    assert keys_of(services.database)["report"] == set()


def test_own_page_says_how_long_it_is_kept(filed: Form, client: FlaskClient) -> None:
    assert "keeps it until 3 May 2027" in client.get(address(filed)).get_data(as_text=True)


def test_page_after_withdrawing_knows_of_no_report(client: FlaskClient, csrf: str) -> None:
    assert csrf
    assert client.get("/reports/withdrawn").status_code == 200
