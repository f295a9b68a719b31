# SPDX-License-Identifier: AGPL-3.0-or-later
"""Adding to one's own report, reading what was answered, and taking it along: the pages."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.ids import new_id, to_text
from service.reports.form import LONGEST_NARRATIVE
from service.reports.record import Report
from service.reports.store import seal_part
from service.services import Services
from service.sessions.person import Person
from service.thread.adding import MOST_ADDITIONS
from service.thread.story import Event, EventKind, Role
from tests.service.reports.desk import ReaderKey, give_key
from tests.service.reports.forms import WORDS, Form, fields_of

JSON = {"Accept": "application/json"}
ASKED = ["/reports/{}/adding", "/reports/{}/add", "/reports/{}/download"]
POSTED = ["/reports/{}/adding", "/reports/{}/add"]
LINK = "https://de.wikipedia.org/w/index.php?diff=5"


@pytest.fixture
def filed(
    client: FlaskClient,
    csrf: str,
    readers: dict[str, ReaderKey],
    services: Services,
    reporter: Person,
) -> Form:
    """A report of somebody who has a key."""
    give_key(services, reporter.central_id)
    form = Form(client, csrf)
    assert form.post_plain(links=LINK, accounts="Thornbury").status_code == 303
    return form


def address(form: Form) -> str:
    return to_text(form.report_id)


def report_of(services: Services, form: Form) -> Report:
    with services.database.read() as session:
        report = services.domain.reports.get(session, form.report_id)
    assert report is not None
    return report


def post_sealed(
    client: FlaskClient, form: Form, services: Services, said: str = WORDS, **fields: Any
) -> TestResponse:
    """What a browser posts; ``fields`` may replace it, ``words`` with bytes."""
    path = f"/reports/{address(form)}/adding"
    fresh = client.get(path, headers=JSON).get_json()
    report, number = report_of(services, form), fresh["number"]
    sealed = seal_part(report.recipient, report.id, f"added-{number}", said.encode())
    data = {
        "csrf_token": fresh["csrf"],
        "form_id": fresh["form_id"],
        "number": str(number),
        **fields,
        "words": (io.BytesIO(fields.get("words", sealed)), "words.age"),
    }
    return client.post(path, data=data, headers=JSON)


def post_plain(client: FlaskClient, form: Form, **fields: str) -> TestResponse:
    """Fill in the page without JavaScript and press its button."""
    path = f"/reports/{address(form)}/add"
    page = client.get(path).get_data(as_text=True)
    data = {
        name: found[1]
        for name in ("csrf_token", "form_id")
        if (found := re.search(f'name="{name}" value="([^"]+)"', page))
    }
    return client.post(path, data={**data, **fields})


@pytest.mark.parametrize("path", ASKED)
def test_foreign_report_is_answered_like_an_absent_one(
    filed: Form,
    client: FlaskClient,
    reporter: Person,
    sign_in: Callable[[FlaskClient, Person], str],
    path: str,
) -> None:
    sign_in(client, replace(reporter, central_id=32, name="Somebody Else"))

    foreign, absent = (
        client.get(path.format(one), headers=JSON) for one in (address(filed), to_text(new_id()))
    )

    assert foreign.status_code == absent.status_code == 404
    for answer in (foreign, absent):
        assert answer.headers.pop("X-Request-Id")
    assert dict(foreign.headers) == dict(absent.headers)


@pytest.mark.parametrize("path", POSTED)
def test_nobody_adds_to_a_foreign_report(
    filed: Form,
    client: FlaskClient,
    reporter: Person,
    services: Services,
    sign_in: Callable[[FlaskClient, Person], str],
    path: str,
) -> None:
    token = sign_in(client, replace(reporter, central_id=32, name="Somebody Else"))

    answer = client.post(path.format(address(filed)), data={"csrf_token": token})

    assert answer.status_code == 404
    assert report_of(services, filed).meta.added == 0


def test_sealed_addition_stands_on_the_page_with_its_links(
    filed: Form, client: FlaskClient, services: Services
) -> None:
    answer = post_sealed(client, filed, services, links=[LINK], captions=["again"])
    page = client.get(f"/reports/{address(filed)}").get_data(as_text=True)
    progress = client.get(f"/reports/{address(filed)}/progress").get_json()

    assert (answer.status_code, answer.get_json()) == (200, {})
    assert "You added this on 3 May 2026" in page
    assert 'data-part="added-0"' in page
    assert page.count('data-state="waiting"') == 2
    assert progress["thread"] == [
        {"kind": "added", "part": "added-0", "said": "You added this on 3 May 2026"}
    ]
    assert progress["links"] == ["waiting", "waiting"]


def test_server_never_meets_the_words_of_a_sealed_addition(
    filed: Form, client: FlaskClient, services: Services
) -> None:
    post_sealed(client, filed, services)

    sealed = client.get(f"/reports/{address(filed)}/sealed").get_data(as_text=True)
    assert "added-0" in sealed
    assert "Quincunx" not in sealed


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"form_id": "forged"}, ["form"]),
        ({"number": "1"}, ["form"]),
        ({"number": "x"}, ["form"]),
        ({"number": "9" * 5000}, ["form"]),
        ({"words": b""}, ["form"]),
        ({"words": b"in the clear"}, ["form"]),
        ({"links": [LINK] * 50}, ["links"]),
        ({"links": [LINK], "captions": ["a", "b"]}, ["links"]),
        ({"context": "nowhere"}, ["context"]),
    ],
)
def test_what_is_wrong_is_named_at_its_field(
    filed: Form,
    client: FlaskClient,
    services: Services,
    fields: dict[str, Any],
    expected: list[str],
) -> None:
    assert fields_of(post_sealed(client, filed, services, **fields)) == expected
    assert report_of(services, filed).meta.added == 0


def test_form_of_one_report_is_none_of_another(
    filed: Form, client: FlaskClient, csrf: str, services: Services
) -> None:
    other = Form(client, csrf)
    other.post_plain()
    foreign = client.get(f"/reports/{address(other)}/adding", headers=JSON).get_json()["form_id"]

    assert fields_of(post_sealed(client, filed, services, form_id=foreign)) == ["form"]


def test_form_without_javascript_says_first_that_the_server_reads_it_once(
    filed: Form, client: FlaskClient
) -> None:
    page = client.get(f"/reports/{address(filed)}/add").get_data(as_text=True)

    assert page.index("readable on the server for a moment") < page.index("<textarea")
    assert "64 KiB" in page
    assert "20 more times, 20 times in all" in page
    assert "50 links in all; this one takes 49 more" in page


def test_typed_addition_is_sealed_and_stands_on_the_page(
    filed: Form, client: FlaskClient, services: Services
) -> None:
    answer = post_plain(client, filed, narrative=WORDS, links=f"{LINK} and https://x.example/")

    assert answer.status_code == 303
    assert answer.location == f"/reports/{address(filed)}#thread"
    meta = report_of(services, filed).meta
    assert (meta.added, len(meta.links)) == (1, 3)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"narrative": "", "links": ""}, "Write something, or paste a link."),
        ({"narrative": "x" * (LONGEST_NARRATIVE + 1), "links": ""}, "64 KiB"),
        ({"narrative": "", "links": f"{LINK} " * 50}, "takes 49 more"),
        ({"narrative": "Kept.", "links": "", "context": "nowhere"}, "nowhere"),
    ],
)
def test_typed_addition_with_a_fault_comes_back_as_it_was(
    filed: Form, client: FlaskClient, fields: dict[str, str], said: str
) -> None:
    answer = post_plain(client, filed, **fields)
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert said in page
    assert "Nothing was added yet" in page
    assert fields["narrative"] in page
    assert fields["links"].strip() in page


def test_same_typed_form_twice_is_one_addition(
    filed: Form, client: FlaskClient, csrf: str, services: Services
) -> None:
    path = f"/reports/{address(filed)}/add"
    form_id = re.search('name="form_id" value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert form_id is not None
    data = {"csrf_token": csrf, "form_id": form_id[1], "narrative": WORDS}

    assert [client.post(path, data=data).status_code for _ in range(2)] == [303, 303]
    assert report_of(services, filed).meta.added == 1


def test_report_that_takes_no_more_says_so(
    filed: Form, client: FlaskClient, services: Services
) -> None:
    with services.database.write() as session:
        report = services.domain.reports.get(session, filed.report_id, lock=True)
        assert report is not None
        services.domain.reports.save_meta(
            session, report.id, replace(report.meta, added=MOST_ADDITIONS)
        )

    for path in ("", "/add"):
        page = client.get(f"/reports/{address(filed)}{path}").get_data(as_text=True)
        assert "takes no more" in page
        assert "<textarea" not in page


def happen(services: Services, form: Form, *events: Event) -> None:
    with services.database.write() as session:
        report = services.domain.reports.get(session, form.report_id, lock=True)
        assert report is not None
        meta = report.meta
        for event in events:
            meta = services.domain.story.append(session, report.id, meta, event)
        services.domain.reports.save_meta(session, report.id, meta)


def test_page_without_the_key_says_that_there_is_an_answer_and_what_opens_it(
    filed: Form, client: FlaskClient, services: Services
) -> None:
    day = services.today()
    happen(services, filed, Event(EventKind.ANSWERED, day, Role.FUNCTIONARY))

    page = client.get(f"/reports/{address(filed)}").get_data(as_text=True)

    assert "The desk answered on 3 May 2026" in page
    assert "Your passphrase or recovery code opens it." in page


def test_page_names_roles_and_days_of_openings_and_no_reader(
    filed: Form, client: FlaskClient, services: Services, readers: dict[str, ReaderKey]
) -> None:
    day = services.today()
    opened = Event(EventKind.OPENED, day, Role.FUNCTIONARY)
    named = Event(EventKind.NAMED, day, Role.FUNCTIONARY, "danger", "<i>Somebody</i> & she")
    happen(services, filed, opened, opened, named)

    page = client.get(f"/reports/{address(filed)}").get_data(as_text=True)

    assert "2 functionaries of the desk opened it for the first time on 3 May 2026." in page
    assert "somebody may be in danger" in page
    assert "&lt;i&gt;Somebody&lt;/i&gt; &amp; she" in page
    assert not [name for name in readers if name in page]


def test_download_without_a_key_is_a_file_of_what_the_server_can_say(
    filed: Form, client: FlaskClient, services: Services
) -> None:
    happen(services, filed, Event(EventKind.OPENED, services.today(), Role.FUNCTIONARY))

    answer = client.get(f"/reports/{address(filed)}/download")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="report.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    said = answer.get_json()
    assert said["filed"] == "2026-05-03"
    assert said["links"] == [{"wiki": "de.wikipedia.org", "state": "waiting"}]
    assert said["steps"][0] == {"stage": "received", "place": "now", "day": "2026-05-03"}
    assert said["openings"] == [
        "One functionary of the desk opened it for the first time on 3 May 2026."
    ]
    assert said["files"] == 0
    assert set(said) == {"desk", "filed", "steps", "links", "files", "thread", "openings"}
