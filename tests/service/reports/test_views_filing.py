# SPDX-License-Identifier: AGPL-3.0-or-later
"""The scripted form as it is posted: what is taken, what is refused, and at which field."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.desks.desk import Desk
from service.ids import to_text
from service.limits.models import CountRow
from service.queue.models import JobRow
from service.reports import withdraw_views
from service.reports.acts import Filer
from service.reports.models import ReportRow
from service.reports.store import seal_part
from service.sealing import age
from service.services import Services
from service.sessions.person import Person
from tests.service.reports.desk import CLOSED_DESK, DESK, ReaderKey, add_reader, give_key
from tests.service.reports.forms import Form, fields_of, texts
from tests.service.visiting import sign_in

DIFF = "https://de.wikipedia.org/w/index.php?diff={}"


@pytest.fixture
def form(client: FlaskClient, csrf: str, readers: dict[str, ReaderKey]) -> Form:
    return Form(client, csrf)


@pytest.fixture
def recipients(readers: dict[str, ReaderKey]) -> dict[int, str]:
    return {one.central_id: one.recipient for one in readers.values()}


def reports_on_file(services: Services) -> tuple[int, int]:
    """How many reports there are, and how many rows wait in the queue."""
    with services.database.read() as session:
        reports = session.scalar(select(func.count()).select_from(ReportRow))
        jobs = session.scalar(select(func.count()).select_from(JobRow))
    return reports or 0, jobs or 0


def test_the_page_after_filing_is_the_reports_own(
    form: Form, recipients: dict[int, str], client: FlaskClient
) -> None:
    answer = form.post_sealed(recipients)

    assert answer.status_code == 200
    sent = client.get(answer.get_json()["location"])
    assert "Your report has arrived" in sent.get_data(as_text=True)
    assert "10 May 2026" in sent.get_data(as_text=True)  # answered within seven days


def test_the_same_form_posted_twice_is_one_report(
    form: Form, recipients: dict[int, str], services: Services
) -> None:
    first = form.post_sealed(recipients).get_json()
    second = form.post_sealed(recipients).get_json()

    assert first == second
    assert reports_on_file(services) == (1, 1)


def test_filing_counts_once_whether_it_is_taken_or_refused(
    form: Form, recipients: dict[int, str], services: Services
) -> None:
    assert form.post_sealed(recipients, contact="by pigeon").status_code == 422
    assert counts(services) == [1, 1], "as an act, and as one of all"
    assert form.post_sealed(recipients).status_code == 200
    assert counts(services) == [2, 2]
    assert reports_on_file(services) == (1, 1)


def counts(services: Services) -> list[int]:
    with services.database.read() as session:
        return list(session.scalars(select(CountRow.count)))


@pytest.mark.parametrize("form_id", ["", "x", "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAA.x"])
def test_forged_form_token_is_refused(
    form: Form, recipients: dict[int, str], services: Services, form_id: str
) -> None:
    assert fields_of(form.post_sealed(recipients, form_id=form_id)) == ["form"]
    assert reports_on_file(services) == (0, 0)


def test_form_token_of_another_person_is_refused(
    form: Form,
    recipients: dict[int, str],
    client: FlaskClient,
    reporter: Person,
    sign_in: Callable[[FlaskClient, Person], str],
) -> None:
    form.csrf = sign_in(client, replace(reporter, central_id=31, name="Somebody Else"))

    assert fields_of(form.post_sealed(recipients)) == ["form"]


def test_form_token_of_another_desk_is_refused(form: Form, recipients: dict[int, str]) -> None:
    form.desk = CLOSED_DESK

    assert fields_of(form.post_sealed(recipients)) == ["form"]


def test_forged_csrf_token_is_refused_with_a_word_for_scripts(
    form: Form, recipients: dict[int, str], services: Services
) -> None:
    answer = form.post_sealed(recipients, csrf_token="forged")

    assert answer.status_code == 400
    assert answer.get_json()["error"] == "session-ended"
    assert reports_on_file(services) == (0, 0)


def test_signed_out_person_is_told_so(
    form: Form, recipients: dict[int, str], client: FlaskClient
) -> None:
    client.delete_cookie("session")

    assert form.post_sealed(recipients).status_code in {400, 401}


def test_51_links_are_too_many_and_50_are_not(form: Form, recipients: dict[int, str]) -> None:
    many = form.post_sealed(recipients, links=texts(51, DIFF))

    assert fields_of(many) == ["links"]
    assert "51 links" in many.get_json()["errors"][0]["message"]
    assert form.post_sealed(recipients, links=texts(50, DIFF)).status_code == 200


def test_11_accounts_are_too_many_and_10_are_not(form: Form, recipients: dict[int, str]) -> None:
    assert fields_of(form.post_sealed(recipients, accounts=texts(11, "Account {}"))) == ["accounts"]
    assert form.post_sealed(recipients, accounts=texts(10, "Account {}")).status_code == 200


def test_one_account_in_two_spellings_counts_once(form: Form, recipients: dict[int, str]) -> None:
    spellings = [*texts(10, "Account {}"), "user:account_1", "[[User:Account 2]]"]

    assert form.post_sealed(recipients, accounts=spellings).status_code == 200


def test_over_long_narrative_is_refused_at_its_field(
    form: Form, recipients: dict[int, str]
) -> None:
    recipient = age.new_identity()[1]
    sealed = seal_part(recipient, form.report_id, "narrative", b"x" * (80 * 1024))

    answer = form.post_sealed(recipients, narrative=(io.BytesIO(sealed), "narrative.age"))

    assert fields_of(answer) == ["narrative"]


def test_box_for_an_account_that_is_named_is_refused(
    form: Form, recipients: dict[int, str], services: Services
) -> None:
    assert fields_of(form.post_sealed(recipients, accounts=["user:thornbury"])) == ["form"]
    assert reports_on_file(services) == (0, 0)


def test_reader_who_has_no_box_and_was_not_left_out_is_noticed(
    form: Form, recipients: dict[int, str], readers: dict[str, ReaderKey]
) -> None:
    del recipients[readers["Fennelwood"].central_id]

    assert fields_of(form.post_sealed(recipients)) == ["form"]
    left_out = str(readers["Fennelwood"].central_id)
    assert form.post_sealed(recipients, left_out=left_out).status_code == 200


def test_a_reader_who_came_while_one_wrote_is_noticed(
    form: Form, recipients: dict[int, str], services: Services
) -> None:
    add_reader(services, DESK, 9010, "Marlowick")

    refused = form.post_sealed(recipients)

    assert fields_of(refused) == ["form"]
    assert "list of readers has changed" in refused.get_json()["errors"][0]["message"]


def test_fewer_than_two_readers_left_is_refused(
    form: Form, recipients: dict[int, str], readers: dict[str, ReaderKey]
) -> None:
    keep = readers["Rowanbark"].central_id
    out = [str(one) for one in recipients if one != keep]

    answer = form.post_sealed({keep: recipients[keep]}, left_out=out)

    assert fields_of(answer) == ["left_out"]


@pytest.mark.parametrize(
    "boxes",
    ["", "[]", "null", "{", '{"x": "AA"}', '{"9003": 5}', '{"9003": "*"}', "{}", "[" * 9999],
)
def test_boxes_that_no_browser_of_ours_makes_are_refused(
    form: Form, recipients: dict[int, str], boxes: str
) -> None:
    assert "form" in fields_of(form.post_sealed(recipients, boxes=boxes))


def test_narrative_in_clear_is_not_taken(form: Form, recipients: dict[int, str]) -> None:
    """The route has no way to seal: text in the field is no file, and not what was sealed."""
    assert fields_of(form.post_sealed(recipients, narrative="in clear")) == ["form"]


def test_wishes_and_contact_are_chosen_from_what_there_is(
    form: Form, recipients: dict[int, str]
) -> None:
    answer = form.post_sealed(recipients, wishes="revenge", contact="pigeon")

    assert fields_of(answer) == ["wishes", "contact"]


def test_unknown_context_wiki_is_told_at_its_field(form: Form, recipients: dict[int, str]) -> None:
    assert fields_of(form.post_sealed(recipients, context="evil.example")) == ["context"]


def test_reporters_own_key_gets_a_box(
    form: Form,
    recipients: dict[int, str],
    services: Services,
    reporter: Person,
) -> None:
    _identity, own = give_key(services, reporter.central_id)

    answer = form.post_sealed({**recipients, reporter.central_id: own})

    assert answer.status_code == 200
    with services.database.read() as session:
        report = services.domain.reports.get(session, form.report_id)
    assert report is not None
    assert reporter.central_id in report.meta.boxes


def test_box_for_somebody_elses_key_is_refused(
    form: Form, recipients: dict[int, str], services: Services
) -> None:
    stranger = give_key(services, 555)[1]

    assert fields_of(form.post_sealed({**recipients, 555: stranger})) == ["form"]


def test_desk_that_closed_while_one_wrote_keeps_nothing(
    form: Form, recipients: dict[int, str], services: Services
) -> None:
    closed: list[Desk] = [replace(desk, staffed=False) for desk in services.desks]
    object.__setattr__(services, "desks", tuple(closed))

    assert fields_of(form.post_sealed(recipients)) == ["form"]
    assert reports_on_file(services) == (0, 0)


def test_reminders_are_subscribed_to_with_the_report(
    form: Form, recipients: dict[int, str], services: Services, reporter: Person
) -> None:
    form.post_sealed(recipients, reminders="monthly")

    with services.database.read() as session:
        subscription = services.domain.subscriptions.of(session, reporter.central_id)
    assert subscription is not None
    assert subscription.timetable.rhythm.value == "monthly"
    assert (subscription.recipient.wiki, subscription.recipient.lang) == ("dewiki", "en")


def test_unknown_rhythm_is_told_at_its_field(form: Form, recipients: dict[int, str]) -> None:
    assert fields_of(form.post_sealed(recipients, reminders="hourly")) == ["reminders"]


def test_tabs_of_one_session_do_not_lose_each_others_reports_from_the_list(
    app: Flask,
    readers: dict[str, ReaderKey],
    services: Services,
    reporter: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One tab files after another one has begun to file, or to take a report back."""
    tab = sign_in(app, services, reporter)
    other, cookie = app.test_client(), tab.client.get_cookie("session")
    assert cookie is not None
    other.set_cookie("session", cookie.value)
    gone, first, second, third = (Form(tab.client, tab.csrf) for _ in range(4))
    assert gone.post_plain().status_code == 303

    def file_before(room: object, name: str, form: Form) -> None:
        """Post ``form`` when the next request comes to a function, before that runs."""
        function = getattr(room, name)

        def file_and_run(*given: Any) -> Any:
            monkeypatch.setattr(room, name, function)
            assert form.post_plain().status_code == 303
            return function(*given)

        monkeypatch.setattr(room, name, file_and_run)

    file_before(Filer, "file_plain", first)
    second.client = other
    assert second.post_plain().status_code == 303
    file_before(withdraw_views, "at_least", third)
    address = f"/reports/{to_text(gone.report_id)}/withdraw"
    assert other.post(address, data={"csrf_token": tab.csrf}).status_code == 303

    page = tab.text("/reports")
    shown = [to_text(one.report_id) in page for one in (gone, first, second, third)]
    assert shown == [False, True, True, True]
