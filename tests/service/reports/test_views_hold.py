# SPDX-License-Identifier: AGPL-3.0-or-later
"""Holding a report back, as its reporter meets it: the choice, the page, ending it.

What others have reported must show nowhere: two worlds are compared, in one of which it matched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from service.cases.fold import ResolvedName
from service.ids import new_id, to_text
from service.reports.form import FilledForm, Posted, Reporter
from service.reports.plain import seal_here
from service.reports.record import Report, Stage
from service.services import Services
from service.sessions.person import Person
from tests.service.conftest import ManualClock
from tests.service.reports.desk import DESK, ReaderKey, give_key
from tests.service.reports.forms import Form, fields_of

BRACKENRIDGE = 9007
ENOUGH = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def form(client: FlaskClient, csrf: str, readers: dict[str, ReaderKey]) -> Form:
    return Form(client, csrf)


@pytest.fixture
def recipients(readers: dict[str, ReaderKey]) -> dict[int, str]:
    return {one.central_id: one.recipient for one in readers.values()}


def report_of(services: Services, report_id: bytes) -> Report:
    with services.database.read() as session:
        report = services.domain.reports.get(session, report_id)
    assert report is not None
    return report


def fold(services: Services, report_id: bytes) -> None:
    names = [ResolvedName("Brackenridge", "Brackenridge", BRACKENRIDGE)]
    with services.database.write() as session:
        services.domain.folding.fold(session, report_id, names, ())


def somebody_reports(services: Services, central_id: int) -> None:
    """Another person's report on the same account, entered."""
    form_id = new_id()
    posted = Posted(("Brackenridge",), (), None, "act", "tool", frozenset())
    reporter = Reporter(central_id, f"Person {central_id}", None, False, voice=True)
    desk = services.desk(DESK)
    assert desk is not None
    with services.database.write() as session:
        readers = services.domain.roster.readers(session, DESK)
        recipients = {one.central_id: one.recipient for one in readers}
        filled = FilledForm(form_id, reporter, posted, seal_here(form_id, "It hurt.", recipients))
        services.domain.filing.file(session, desk, readers, filled, services.clock())
    fold(services, form_id)


def night(services: Services) -> int:
    with services.database.write() as session:
        return services.domain.releasing.release(session, DESK, services.today())


@pytest.mark.parametrize("path", [f"/report/{DESK}", f"/report/{DESK}/plain"])
def test_both_forms_offer_two_three_and_five_people_and_say_what_waiting_means(
    client: FlaskClient, csrf: str, readers: dict[str, ReaderKey], path: str
) -> None:
    page = client.get(path).get_data(as_text=True)

    assert re.findall(r'name="hold" value="(\d*)"', page) == ["", "2", "3", "5"]
    assert "Only reports to this desk count." in page
    assert "Nobody is told whether it matched" in page
    assert "not mathematics" in page
    assert "at least 30 days old and has at least 50 edits" in page


def test_scripted_form_keeps_what_was_chosen(
    form: Form, recipients: dict[int, str], services: Services
) -> None:
    answer = form.post_sealed(recipients, accounts="Brackenridge", hold="3")

    assert answer.status_code == 200
    hold = report_of(services, form.report_id).meta.hold
    assert hold is not None
    assert (hold.people, hold.ended, hold.released) == (3, None, None)


def test_without_a_choice_nothing_is_held(
    form: Form, recipients: dict[int, str], services: Services
) -> None:
    form.post_sealed(recipients, accounts="Brackenridge")

    assert report_of(services, form.report_id).meta.hold is None


@pytest.mark.parametrize("hold", ["1", "4", "-2", "many", "2 "])
def test_other_numbers_are_refused_at_their_field(
    form: Form, recipients: dict[int, str], hold: str
) -> None:
    assert fields_of(form.post_sealed(recipients, accounts="Brackenridge", hold=hold)) == ["hold"]


def test_a_report_that_names_nobody_cannot_wait_for_others(
    form: Form, recipients: dict[int, str]
) -> None:
    assert fields_of(form.post_sealed(recipients, hold="2")) == ["hold"]

    answer = form.post_plain(hold="2")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "it would wait for ever" in page
    assert re.search(r'name="hold" value="2"[^>]* checked', page)


@pytest.mark.parametrize(
    ("known", "counts"),
    [
        ((ENOUGH, 50), True),
        ((ENOUGH, 49), False),
        ((datetime(2026, 4, 3, 14, 2, tzinfo=UTC), 50), True),
        ((datetime(2026, 4, 3, 14, 3, tzinfo=UTC), 50), False),
        ((None, 5000), False),
        ((ENOUGH, None), False),
    ],
)
def test_an_account_counts_for_others_from_an_age_and_a_number_of_edits(
    client: FlaskClient,
    readers: dict[str, ReaderKey],
    services: Services,
    reporter: Person,
    sign_in: Callable[[FlaskClient, Person], str],
    known: tuple[datetime | None, int | None],
    counts: bool,
) -> None:
    person = replace(reporter, registered=known[0], edit_count=known[1])
    form = Form(client, sign_in(client, person))
    assert form.post_plain(accounts="Brackenridge").status_code == 303

    assert report_of(services, form.report_id).meta.voice is counts


@contextmanager
def statements(services: Services) -> Iterator[list[str]]:
    """What is asked of the database, in order."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(services.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(services.database.engine, "before_cursor_execute", note)


def test_filing_does_the_same_work_whether_others_have_reported_and_whether_it_is_held(
    client: FlaskClient,
    csrf: str,
    readers: dict[str, ReaderKey],
    recipients: dict[int, str],
    services: Services,
) -> None:
    def file(hold: str) -> tuple[list[str], str]:
        form = Form(client, csrf)
        with statements(services) as seen:
            answer = form.post_sealed(recipients, accounts="Brackenridge", hold=hold)
        return seen, re.sub(to_text(form.report_id), "ID", answer.get_data(as_text=True))

    file("")  # makes the row of the quota
    alone = file("2")
    for number in range(3):
        somebody_reports(services, 500 + number)

    assert file("2") == alone
    assert file("") == alone


@pytest.fixture
def own_key(services: Services, reporter: Person) -> str:
    return give_key(services, reporter.central_id)[1]


@pytest.fixture
def held(form: Form, recipients: dict[int, str], own_key: str, reporter: Person) -> Form:
    """A report that waits for two, with a box for its reporter."""
    boxes = {**recipients, reporter.central_id: own_key}
    assert form.post_sealed(boxes, accounts="Brackenridge", hold="2").status_code == 200
    return form


def comparable(answer: TestResponse) -> bytes:
    """Status, headers and body, without what is random at every request."""
    request_id = answer.headers.pop("X-Request-Id").encode()
    del answer.headers["Content-Length"]  # tokens differ in length
    answer.headers.pop("Date", None)  # with seconds
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(answer.headers))
    text = f"{answer.status}\n{headers}\n".encode() + answer.get_data()
    text = text.replace(request_id, b"REQUEST")
    return re.sub(rb'(name="csrf_token" value|name="csrf-token" content)="[^"]+"', b"TOKEN", text)


def all_that_its_reporter_can_ask(form: Form) -> dict[str, bytes]:
    address = f"/reports/{to_text(form.report_id)}"
    asked = ["/reports", address, f"{address}/sent", f"{address}/sealed", f"{address}/progress"]
    return {path: comparable(form.client.get(path)) for path in asked}


def end(form: Form) -> TestResponse:
    address = f"/reports/{to_text(form.report_id)}/end-hold"
    return form.client.post(address, data={"csrf_token": form.csrf})


def it_matches(services: Services) -> None:
    """Another reports the same account; the night comes; a reader opens what was held."""
    somebody_reports(services, 501)
    assert night(services) == 1


def is_read(services: Services, form: Form) -> None:
    report = report_of(services, form.report_id)
    meta = replace(report.meta, stage=Stage.READ, read_on=services.today())
    with services.database.write() as session:
        services.domain.reports.get(session, report.id, lock=True)
        meta = replace(meta, opened_by=frozenset({9003}))
        services.domain.reports.save_meta(session, report.id, meta)


@pytest.mark.parametrize("ended", [False, True], ids=["waiting", "ended"])
def test_the_reporters_pages_are_the_same_whether_it_matched_and_was_read(
    held: Form, services: Services, ended: bool
) -> None:
    fold(services, held.report_id)
    if ended:
        end(held)
    before = all_that_its_reporter_can_ask(held)

    it_matches(services)
    is_read(services, held)

    assert report_of(services, held.report_id).entered() is not None
    assert all_that_its_reporter_can_ask(held) == before
    assert all(answer.startswith(b"200") for answer in before.values())


def test_ending_the_hold_is_answered_the_same_whether_it_matched(
    held: Form, services: Services
) -> None:
    fold(services, held.report_id)
    with statements(services) as seen:
        alone = comparable(end(held)), list(seen)
    reports = services.domain.reports
    with services.database.write() as session:  # back to where it waited
        report = reports.get(session, held.report_id, lock=True)
        assert report is not None
        assert report.meta.hold is not None
        hold = replace(report.meta.hold, ended=None)
        reports.save_meta(session, report.id, replace(report.meta, hold=hold))
    it_matches(services)
    with statements(services) as seen:
        matched = comparable(end(held)), list(seen)

    assert matched == alone
    assert alone[0].startswith(b"303")


def test_the_page_says_what_was_asked_for_and_promises_no_day(held: Form) -> None:
    page = held.client.get(f"/reports/{to_text(held.report_id)}").get_data(as_text=True)
    sent = held.client.get(f"/reports/{to_text(held.report_id)}/sent").get_data(as_text=True)

    assert "until 2 people in all, you included" in page
    assert "We do not show here whether others have reported" in page
    for text in (page, sent):
        assert "10 May 2026" not in text


def test_the_page_shows_an_answer(held: Form, services: Services) -> None:
    """People tell, software does not: what the desk did about it is shown."""
    report = report_of(services, held.report_id)
    with services.database.write() as session:
        services.domain.reports.get(session, report.id, lock=True)
        meta = replace(report.meta, stage=Stage.ANSWERED, read_on=services.today())
        services.domain.reports.save_meta(session, report.id, meta)
    page = held.client.get(f"/reports/{to_text(held.report_id)}").get_data(as_text=True)

    assert 'data-stage="answered" aria-current="step"' in page


def test_ending_is_noted_once_with_its_day(
    held: Form,
    services: Services,
    clock: ManualClock,
    reporter: Person,
    sign_in: Callable[[FlaskClient, Person], str],
) -> None:
    assert end(held).status_code == 303
    clock.advance(days=3)
    held.csrf = sign_in(held.client, reporter)
    assert end(held).status_code == 303
    page = held.client.get(f"/reports/{to_text(held.report_id)}").get_data(as_text=True)

    assert "You ended the waiting on 3 May 2026" in page
    assert "Do not wait any longer" not in page
    fold(services, held.report_id)
    assert night(services) == 1


def test_nobody_ends_what_is_not_held_or_not_theirs(
    form: Form,
    recipients: dict[int, str],
    services: Services,
    reporter: Person,
    sign_in: Callable[[FlaskClient, Person], str],
) -> None:
    form.post_sealed(recipients, accounts="Brackenridge")
    assert end(form).status_code == 404
    other = Form(form.client, form.csrf)
    other.post_sealed(recipients, accounts="Brackenridge", hold="2")
    other.csrf = sign_in(form.client, replace(reporter, central_id=31, name="Somebody Else"))

    assert end(other).status_code == 404
    hold = report_of(services, other.report_id).meta.hold
    assert hold is not None
    assert hold.ended is None
