# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way without JavaScript: an ordinary form, sealed by the server, with everything kept."""

from __future__ import annotations

import html

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from service.ids import to_text
from service.quota.models import QuotaRow
from service.reports.record import LinkState
from service.sealing.parts import PartContext, unframe
from service.services import Services
from service.sessions.person import Person
from tests.service.reports.desk import DESK, ReaderKey, give_key
from tests.service.reports.forms import WORDS, Form, texts
from tests.service.sealing.age_opener import open_file


@pytest.fixture
def form(client: FlaskClient, csrf: str, readers: dict[str, ReaderKey]) -> Form:
    return Form(client, csrf)


def opened_narrative(services: Services, report_id: bytes, reader: int, identity: str) -> str:
    """The narrative as somebody reads it who has a box."""
    reports, context = services.domain.reports, PartContext(to_text(report_id), "narrative")
    with services.database.read() as session:
        report = reports.get(session, report_id)
        assert report is not None
        part = reports.parts(session, report, ["narrative"])["narrative"]
        box = reports.boxes(session, [report_id], reader)[report_id]
    key = unframe(PartContext(context.report, "box"), open_file(box, [identity]))
    return unframe(context, open_file(part, [key.decode()])).decode()


def test_the_page_says_first_that_the_server_reads_the_words(
    client: FlaskClient, csrf: str, readers: dict[str, ReaderKey]
) -> None:
    page = client.get(f"/report/{DESK}/plain").get_data(as_text=True)

    assert page.index("readable on the server for a moment") < page.index("<textarea")


def test_readers_open_what_the_server_sealed(
    form: Form, services: Services, readers: dict[str, ReaderKey]
) -> None:
    answer = form.post_plain(accounts="Thornbury\nSomebody else")

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/reports/{to_text(form.report_id)}/sent")
    reader = readers["Rowanbark"]
    found = opened_narrative(services, form.report_id, reader.central_id, reader.identity)
    assert found == WORDS
    with services.database.read() as session:
        named = readers["Thornbury"].central_id
        assert services.domain.reports.boxes(session, [form.report_id], named) == {}


def test_reporter_with_a_key_gets_a_box(form: Form, services: Services, reporter: Person) -> None:
    identity, _recipient = give_key(services, reporter.central_id)

    form.post_plain()

    found = opened_narrative(services, form.report_id, reporter.central_id, identity)
    assert found == WORDS


def test_links_are_found_in_a_pasted_text(form: Form, services: Services) -> None:
    text = "He wrote https://de.wikipedia.org/w/index.php?diff=5 and https://evil.example/x"

    form.post_plain(links=text)

    with services.database.read() as session:
        report = services.domain.reports.get(session, form.report_id)
    assert report is not None
    assert [(link.wiki, link.state) for link in report.meta.links] == [
        ("dewiki", LinkState.WAITING),
        (None, LinkState.NOT_EVIDENCE),
    ]


def test_bare_wikitext_is_read_on_the_wiki_that_was_named(form: Form, services: Services) -> None:
    form.post_plain(links="[[Special:Diff/5]]", context="de.wikipedia.org")

    with services.database.read() as session:
        report = services.domain.reports.get(session, form.report_id)
    assert report is not None
    assert report.meta.links[0].wiki == "dewiki"


def test_the_same_form_sent_twice_is_one_report(form: Form) -> None:
    first, second = form.post_plain(), form.post_plain()

    assert first.headers["Location"] == second.headers["Location"]


def test_errors_keep_everything_that_was_typed(form: Form, readers: dict[str, ReaderKey]) -> None:
    left_out = readers["Fennelwood"].central_id
    answer = form.post_plain(
        narrative="<b>words</b> & more",
        accounts="Heather & Co",
        links="\n".join(texts(51, "https://de.wikipedia.org/w/index.php?diff={}")),
        context="nowhere.example",
        wishes="combine",
        contact="none",
        reminders="monthly",
        left_out=str(left_out),
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "&lt;b&gt;words&lt;/b&gt; &amp; more" in page
    assert "Heather &amp; Co" in page
    assert "diff=51" in page
    assert 'value="nowhere.example"' in page
    assert 'value="combine" aria-describedby="wish-combine-about" checked' in page
    assert 'value="none" aria-describedby="contact-none-about" checked' in page
    assert '<option value="monthly" selected>' in page
    assert f'value="{left_out}" checked' in page


def test_every_field_that_needs_another_look_is_named_at_once(form: Form) -> None:
    answer = form.post_plain(narrative=" ", accounts="\n".join(texts(11, "Account {}")))

    page = html.unescape(answer.get_data(as_text=True))
    assert "2 things need another look" in page
    assert '<a href="#narrative">' in page
    assert '<a href="#accounts">' in page
    assert page.count("Please write at least a sentence about what happened.") == 2


def test_a_form_that_came_back_with_errors_is_still_the_same_report(
    form: Form, client: FlaskClient
) -> None:
    refused = form.post_plain(narrative="")

    assert f'name="form_id" value="{form.form_id}"' in refused.get_data(as_text=True)
    assert form.post_plain().status_code == 303


@pytest.mark.parametrize(
    ("size", "status"), [(64 * 1024, 303), (64 * 1024 + 1, 422)], ids=["fits", "one byte too long"]
)
def test_the_limit_is_64_kib_of_text(form: Form, size: int, status: int) -> None:
    answer = form.post_plain(narrative="x" * size)

    assert answer.status_code == status
    if status == 422:
        assert "longer than 64 KiB" in answer.get_data(as_text=True)
        assert "x" * size in answer.get_data(as_text=True)


def test_forged_form_token_keeps_the_words_and_gives_a_fresh_form(form: Form) -> None:
    honest, form.form_id = form.form_id, "forged"
    answer = form.post_plain()

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert WORDS in page
    assert 'value="forged"' not in page
    assert honest not in page


def test_session_that_ended_shows_the_words_once_more(form: Form) -> None:
    answer = form.post_plain(csrf_token="of another session")

    assert answer.status_code == 400
    assert WORDS in answer.get_data(as_text=True)


def test_what_broke_on_our_side_shows_the_words_once_more(
    app: Flask, form: Form, services: Services
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    another = Form(form.client, form.csrf)
    assert form.post_plain().status_code == 303
    with services.database.write() as session:
        session.execute(update(QuotaRow).values(blob=b"changed by somebody"))

    answer = another.post_plain(accounts="Brackenridge")

    assert answer.status_code == 500
    assert WORDS in answer.text
    assert "Brackenridge" in answer.text


def test_sealed_filing_is_never_made_of_text_that_was_not_sent_here(
    client: FlaskClient, csrf: str, readers: dict[str, ReaderKey]
) -> None:
    """The scripted page has no form element, and its large field has no name to be sent under."""
    page = client.get(f"/report/{DESK}").get_data(as_text=True)
    main = page[page.index("<main") : page.index("</main>")]

    assert "<form" not in main
    assert 'name="narrative"' not in main
    assert 'type="submit"' not in main
    assert all('type="button"' in tag for tag in main.split("<button")[1:])
