# SPDX-License-Identifier: AGPL-3.0-or-later
"""One's own reports: what the pages tell, and to whom they are not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient

from service.ids import new_id, to_text
from service.reports.record import Link, LinkState, Stage
from service.services import Services
from service.sessions.person import Person
from tests.service.reports.desk import ReaderKey, give_key
from tests.service.reports.forms import WORDS, Form

PAGES = ["/reports/{}", "/reports/{}/sent", "/reports/{}/sealed", "/reports/{}/progress"]
LINKS = "https://de.wikipedia.org/w/index.php?diff=5 https://evil.example/x"


@pytest.fixture
def filed(client: FlaskClient, csrf: str, readers: dict[str, ReaderKey]) -> Form:
    """A report that was just filed, without a key of the reporter's own."""
    form = Form(client, csrf)
    assert form.post_plain(links=LINKS, accounts="Thornbury").status_code == 303
    return form


def address(form: Form) -> str:
    return to_text(form.report_id)


@pytest.mark.parametrize("path", PAGES)
def test_foreign_report_is_answered_like_an_absent_one(
    filed: Form,
    client: FlaskClient,
    reporter: Person,
    sign_in: Callable[[FlaskClient, Person], str],
    path: str,
) -> None:
    sign_in(client, replace(reporter, central_id=32, name="Somebody Else"))

    foreign = client.get(path.format(address(filed)))
    absent = client.get(path.format(to_text(new_id())))
    mangled = client.get(path.format("x"))

    assert foreign.status_code == absent.status_code == mangled.status_code == 404

    def words(page: str) -> str:
        return page.split("<main", 1)[1].split("give this number", 1)[0]

    assert words(foreign.get_data(as_text=True)) == words(absent.get_data(as_text=True))


@pytest.mark.parametrize("path", ["/report", "/reports", *PAGES])
def test_signed_out_people_are_asked_to_sign_in(client: FlaskClient, path: str) -> None:
    assert client.get(path.format(to_text(new_id()))).status_code == 401


def test_report_is_listed_before_the_worker_saw_it(filed: Form, client: FlaskClient) -> None:
    page = client.get("/reports").get_data(as_text=True)

    assert address(filed) in page


def test_list_is_empty_for_others(
    filed: Form,
    client: FlaskClient,
    reporter: Person,
    sign_in: Callable[[FlaskClient, Person], str],
) -> None:
    sign_in(client, replace(reporter, central_id=33, name="Somebody Else"))

    page = client.get("/reports").get_data(as_text=True)

    assert "You have not sent a report" in page
    assert address(filed) not in page


def test_page_shows_stage_due_day_and_each_links_state_without_a_key(
    filed: Form, client: FlaskClient
) -> None:
    page = client.get(f"/reports/{address(filed)}").get_data(as_text=True)

    assert 'data-stage="received" aria-current="step"' in page
    assert "3 May 2026" in page
    assert "by 10 May 2026" in page
    assert 'data-state="waiting"' in page
    assert "de.wikipedia.org" in page
    assert 'data-state="not-evidence"' in page


def test_page_names_neither_accounts_nor_links_nor_words(filed: Form, client: FlaskClient) -> None:
    page = client.get(f"/reports/{address(filed)}").get_data(as_text=True)

    for secret in ("Thornbury", "diff=5", "evil.example", WORDS):
        assert secret not in page


@pytest.mark.parametrize("state", list(LinkState))
def test_every_state_of_a_link_has_its_words(
    filed: Form, client: FlaskClient, services: Services, state: LinkState
) -> None:
    change(services, filed, links=(Link("dewiki", state),))

    page = client.get(f"/reports/{address(filed)}").get_data(as_text=True)

    assert f'data-state="{state.value}"' in page


def change(services: Services, form: Form, **changes: object) -> None:
    """Write into the report's record what a worker or a reader would."""
    reports = services.domain.reports
    with services.database.write() as session:
        report = reports.get(session, form.report_id, lock=True)
        assert report is not None
        reports.save_meta(session, report.id, replace(report.meta, **changes))  # type: ignore[arg-type]


def test_stages_that_were_passed_carry_their_days(
    filed: Form, client: FlaskClient, services: Services
) -> None:
    change(services, filed, stage=Stage.READ, read_on=date(2026, 5, 5))

    progress = client.get(f"/reports/{address(filed)}/progress").get_json()

    assert progress["steps"] == [
        {"stage": "received", "place": "past", "day": "3 May 2026"},
        {"stage": "read", "place": "now", "day": "5 May 2026"},
        {"stage": "answered", "place": "ahead", "day": None},
        {"stage": "closed", "place": "ahead", "day": None},
    ]


def test_progress_costs_nothing_while_nothing_changes(
    filed: Form, client: FlaskClient, services: Services
) -> None:
    path = f"/reports/{address(filed)}/progress"
    etag = client.get(path).headers["ETag"]

    unchanged = client.get(path, headers={"If-None-Match": etag})
    change(services, filed, links=(Link("dewiki", LinkState.CHECKED),), findings=1)
    changed = client.get(path, headers={"If-None-Match": etag})

    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert changed.status_code == 200
    assert changed.get_json()["links"] == ["checked"]


def test_sealed_answer_holds_the_own_box_and_parts_only(
    client: FlaskClient,
    csrf: str,
    readers: dict[str, ReaderKey],
    services: Services,
    reporter: Person,
) -> None:
    give_key(services, reporter.central_id)
    form = Form(client, csrf)
    form.post_plain()

    answer = client.get(f"/reports/{address(form)}/sealed").get_json()

    (report,) = answer["reports"]
    assert report["id"] == address(form)
    assert report["box"] is not None
    assert [part["name"] for part in report["parts"]] == ["facts", "narrative", "identity"]
    assert set(report) == {"id", "recipient", "day", "box", "parts"}


def test_reader_of_the_desk_meets_only_own_reports_here(
    filed: Form,
    client: FlaskClient,
    readers: dict[str, ReaderKey],
    sign_in: Callable[[FlaskClient, Person], str],
) -> None:
    reader = readers["Rowanbark"]
    sign_in(client, Person(reader.central_id, reader.name, desks=frozenset({"oversight"})))

    assert client.get(f"/reports/{address(filed)}").status_code == 404
