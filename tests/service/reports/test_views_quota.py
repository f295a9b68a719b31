# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sixth report: told before writing, told when sending, and nothing typed is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from service.config import Config, ConfigError
from service.reports.models import ReportRow
from service.services import Services
from service.sessions.person import Person
from tests.service.conftest import ManualClock
from tests.service.reports.desk import DESK, ReaderKey
from tests.service.reports.forms import WORDS, Form, fields_of
from tests.service.visiting import Visitor, sign_in

ELSEWHERE = "The stewards take such reports, too."


@pytest.fixture
def recipients(readers: dict[str, ReaderKey]) -> dict[int, str]:
    return {one.central_id: one.recipient for one in readers.values()}


def on_file(services: Services) -> int:
    with services.database.read() as session:
        return session.scalar(select(func.count()).select_from(ReportRow)) or 0


def file(client: FlaskClient, csrf: str, times: int) -> Form:
    """File so many reports; a form that was opened before the last one."""
    spare = Form(client, csrf)
    for _ in range(times):
        assert Form(client, csrf).post_plain().status_code == 303
    return spare


def test_the_sixth_is_told_at_the_scripted_form_and_nothing_is_written(
    client: FlaskClient, csrf: str, recipients: dict[int, str], services: Services
) -> None:
    form = file(client, csrf, 5)

    answer = form.post_sealed(recipients)

    assert fields_of(answer) == ["form"]
    said = answer.get_json()["errors"][0]["message"]
    assert "5 reports within 30 days" in said
    assert "From 2 June 2026" in said
    assert "ca@wikimedia.org" in said
    assert on_file(services) == 5


def test_the_sixth_is_told_at_the_plain_form_with_everything_kept(
    client: FlaskClient, csrf: str, readers: dict[str, ReaderKey], services: Services
) -> None:
    desks = tuple(replace(desk, elsewhere=ELSEWHERE) for desk in services.desks)
    object.__setattr__(services, "desks", desks)
    form = file(client, csrf, 5)

    answer = form.post_plain(accounts="Brackenridge", links="see [[this]]", hold="3")
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    for kept in (WORDS, "Brackenridge", "see [[this]]", ELSEWHERE, "From 2 June 2026"):
        assert kept in page
    assert 'id="hold-3" name="hold" value="3" checked' in page


def test_who_may_not_file_is_told_before_writing_a_word_and_where_else_to_turn(
    client: FlaskClient, csrf: str, readers: dict[str, ReaderKey]
) -> None:
    file(client, csrf, 5)

    for path in ("/report", f"/report/{DESK}", f"/report/{DESK}/plain"):
        page = client.get(path).get_data(as_text=True)
        assert "From 2 June 2026 you can send another one." in page
        assert "ca@wikimedia.org" in page
        assert "emergency@" in page
        assert "<textarea" not in page
    assert "Write to this desk" not in client.get("/report").get_data(as_text=True)


def test_on_the_day_that_was_named_the_next_one_is_taken(
    app: Flask,
    readers: dict[str, ReaderKey],
    clock: ManualClock,
    services: Services,
    reporter: Person,
) -> None:
    first = sign_in(app, services, reporter)
    form = file(first.client, first.csrf, 5)
    for day, status in ((1, 422), (2, 303)):
        clock.now = clock.now.replace(month=6, day=day)
        again = sign_in(app, services, reporter)
        form.client, form.csrf = again.client, again.csrf
        assert form.post_plain().status_code == status


def test_withdrawn_reports_still_count(
    client: FlaskClient, csrf: str, readers: dict[str, ReaderKey], services: Services
) -> None:
    form = file(client, csrf, 5)
    with services.database.write() as session:
        session.execute(delete(ReportRow))

    assert form.post_plain().status_code == 422


def test_the_same_form_posted_twice_counts_once(
    client: FlaskClient, csrf: str, recipients: dict[int, str], services: Services
) -> None:
    form = Form(client, csrf)
    for _ in range(7):
        assert form.post_sealed(recipients).status_code == 200
    file(client, csrf, 4)

    assert form.post_sealed(recipients).status_code == 200
    assert on_file(services) == 5


def test_a_report_that_was_refused_for_another_reason_does_not_count(
    client: FlaskClient, csrf: str, recipients: dict[int, str]
) -> None:
    for _ in range(7):
        assert fields_of(Form(client, csrf).post_sealed(recipients, wishes="x")) == ["wishes"]
    file(client, csrf, 5)


def test_two_tabs_at_the_limit_file_one_report(
    app: Flask, readers: dict[str, ReaderKey], services: Services, reporter: Person
) -> None:
    """The last one that is allowed, from two tabs at once, on both databases."""
    first = sign_in(app, services, reporter)
    file(first.client, first.csrf, 4)
    answers = post_at_once([first, sign_in(app, services, reporter)])

    assert sorted(one.status_code for one in answers) == [303, 422]
    assert on_file(services) == 5


def test_two_tabs_at_once_with_a_persons_first_reports_file_both(
    app: Flask, readers: dict[str, ReaderKey], services: Services, reporter: Person
) -> None:
    answers = post_at_once([sign_in(app, services, reporter) for _ in range(2)])

    assert [one.status_code for one in answers] == [303, 303]
    assert on_file(services) == 2


def test_one_form_sent_many_times_at_once_without_its_file_is_refused_each_time(
    app: Flask, recipients: dict[int, str], services: Services, reporter: Person
) -> None:
    """Each makes the person's first counter and takes it back: MariaDB ends some for others."""
    for _ in range(4):
        form_id = None
        forms = []
        for tab in [sign_in(app, services, reporter) for _ in range(6)]:
            form = Form(tab.client, tab.csrf)
            form_id = form.form_id = form_id or form.form_id
            forms.append(form)
        answers = at_once(forms, lambda one: one.post_sealed(recipients, attachment="0"))

        assert [fields_of(one) for one in answers] == [["attachments"]] * 6
    assert on_file(services) == 0


def post_at_once(tabs: list[Visitor]) -> list[TestResponse]:
    return at_once([Form(tab.client, tab.csrf) for tab in tabs], Form.post_plain)


def at_once(forms: list[Form], send: Callable[[Form], TestResponse]) -> list[TestResponse]:
    start, answers = threading.Barrier(len(forms)), list[TestResponse]()

    def post(form: Form) -> None:
        start.wait()
        answers.append(send(form))

    threads = [threading.Thread(target=post, args=(form,)) for form in forms]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers


def test_the_quota_is_configured(environ: dict[str, str]) -> None:
    config = Config.from_environ(environ)
    assert (config.quota_reports, config.quota_days) == (5, 30)

    config = Config.from_environ({**environ, "CS_QUOTA_REPORTS": "2", "CS_QUOTA_DAYS": "7"})
    assert (config.quota_reports, config.quota_days) == (2, 7)


@pytest.mark.parametrize(("name", "value"), [("CS_QUOTA_REPORTS", "0"), ("CS_QUOTA_DAYS", "400")])
def test_a_quota_that_makes_no_sense_is_named(
    environ: dict[str, str], name: str, value: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_environ({**environ, name: value})
    assert [problem.name for problem in caught.value.problems] == [name]
