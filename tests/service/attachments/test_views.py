# SPDX-License-Identifier: AGPL-3.0-or-later
"""Uploading chunks, filing with them, asking for them: what is taken, from whom, in what order."""

from __future__ import annotations

import copy
import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.attachments.forgetting import forget_uploads
from service.attachments.models import AttachmentChunkRow, AttachmentUploadRow
from service.attachments.sizes import CHUNK, MOST_CHUNKS
from service.attachments.uploads import MOST_FORMS
from service.reports.record import Attachment, Report
from service.sealing import age
from service.sealing.at_rest import OVERHEAD
from service.services import Services
from service.sessions.person import Person
from service.worker.building import build_context
from tests.service.attachments.sealed import Uploader, manifest, seal_file, split
from tests.service.conftest import ManualClock
from tests.service.reports.desk import ReaderKey
from tests.service.reports.forms import Form, fields_of

BODY = b"%PDF-1.7 Quincunx."


@pytest.fixture
def recipient() -> str:
    return age.new_identity()[1]


@pytest.fixture
def recipients(readers: dict[str, ReaderKey]) -> dict[int, str]:
    return {one.central_id: one.recipient for one in readers.values()}


@pytest.fixture
def form(client: FlaskClient, csrf: str, readers: dict[str, ReaderKey]) -> Form:
    assert readers
    return Form(client, csrf)


@pytest.fixture
def uploader(form: Form) -> Uploader:
    return Uploader(form)


@pytest.fixture
def sealed(form: Form, recipient: str) -> bytes:
    """A file of three chunks."""
    return seal_file(form.report_id, 0, BODY, 3, recipient)


def rows(services: Services) -> tuple[int, int]:
    with services.database.read() as session:
        chunks, uploads = (
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (AttachmentChunkRow, AttachmentUploadRow)
        )
    return chunks, uploads


def report_of(services: Services, form: Form) -> Report:
    with services.database.read() as session:
        report = services.domain.reports.get(session, form.report_id)
    assert report is not None
    return report


def file_with(
    form: Form, recipients: dict[int, str], recipient: str, *numbers: int, sealed: bytes = b""
) -> TestResponse:
    sealed = sealed or manifest(form.report_id, recipient)
    return form.post_sealed(
        recipients,
        attachment=[str(number) for number in numbers],
        attachments=(io.BytesIO(sealed), "attachments.age"),
    )


def test_uploaded_file_becomes_the_reports_with_the_filing(
    form: Form,
    uploader: Uploader,
    sealed: bytes,
    recipients: dict[int, str],
    recipient: str,
    services: Services,
) -> None:
    uploader.post_all(0, sealed)
    assert rows(services) == (3, 1)

    assert file_with(form, recipients, recipient, 0).status_code == 200

    report = report_of(services, form)
    assert report.meta.attachments == (Attachment(0, 3),)
    assert rows(services) == (3, 0)
    with services.database.read() as session:
        kept = services.domain.attachments.chunks(session, report, 0, 0)
        parts = services.domain.reports.parts(session, report, report.meta.parts)
    assert b"".join(kept) == sealed
    assert "attachments" in parts


def test_all_rows_of_chunks_have_one_size_and_none_holds_what_was_sealed(
    uploader: Uploader, sealed: bytes, services: Services
) -> None:
    uploader.post_all(0, sealed)

    with services.database.read() as session:
        blobs = list(session.scalars(select(AttachmentChunkRow.blob)))
    assert {len(blob) for blob in blobs} == {CHUNK + OVERHEAD}
    assert not any(b"age-encryption" in blob for blob in blobs)


def test_chunk_that_comes_twice_stands_once(
    uploader: Uploader, sealed: bytes, services: Services
) -> None:
    uploader.post_all(0, sealed)
    again = uploader.post(0, 1, split(sealed)[1])

    assert (again.status_code, again.get_json()) == (200, {"kept": 3})
    assert rows(services) == (3, 1)


def test_a_persons_first_chunks_that_come_at_once_are_both_answered(
    uploader: Uploader, sealed: bytes, app: Flask, services: Services
) -> None:
    """A browser that asked again while the first answer was on its way."""
    chunk, together = split(sealed)[0], threading.Barrier(2)
    cookie = uploader.form.client.get_cookie("session")
    assert cookie is not None

    def post(_number: int) -> TestResponse:
        client = app.test_client()
        client.set_cookie("session", cookie.value)
        form = copy.copy(uploader.form)
        form.client = client
        together.wait()
        return Uploader(form).post(0, 0, chunk)

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(post, range(2)))

    assert [answer.get_json() for answer in answers] == [{"kept": 1}, {"kept": 1}]
    assert rows(services) == (1, 1)


def test_another_chunk_in_the_place_of_one_is_refused(
    uploader: Uploader, sealed: bytes, services: Services
) -> None:
    uploader.post_all(0, sealed)

    assert fields_of(uploader.post(0, 1, split(sealed)[2])) == ["attachments"]
    assert uploader.kept(0) == {"0": 3}


def test_chunk_out_of_order_is_refused(
    uploader: Uploader, sealed: bytes, services: Services
) -> None:
    chunks = split(sealed)
    assert fields_of(uploader.post(0, 1, chunks[1])) == ["attachments"]
    assert uploader.post(0, 0, chunks[0]).status_code == 200
    assert fields_of(uploader.post(0, 2, chunks[2])) == ["attachments"]
    assert fields_of(uploader.post(0, -1, chunks[2])) == ["attachments"]

    assert rows(services) == (1, 1)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK + 1])
def test_chunk_of_another_size_is_refused(
    uploader: Uploader, sealed: bytes, services: Services, size: int
) -> None:
    assert fields_of(uploader.post(0, 0, sealed[:size])) == ["attachments"]
    assert rows(services) == (0, 0)


def test_only_files_for_one_post_quantum_reader_are_taken(
    uploader: Uploader, sealed: bytes, recipient: str, services: Services
) -> None:
    plain = b"%PDF-1.7".ljust(CHUNK, b"\0")
    two = age.seal(bytes(CHUNK), [recipient, recipient])[:CHUNK]
    classic = sealed.replace(b"mlkem768x25519", b"X25519").ljust(CHUNK, b"\0")[:CHUNK]
    for chunk in (plain, two, classic):
        assert fields_of(uploader.post(0, 0, chunk)) == ["attachments"]

    assert rows(services) == (0, 0)


@pytest.mark.parametrize(("number", "index"), [("x", "0"), ("0", ""), ("", "0")])
def test_what_no_page_of_ours_posts_is_a_bad_request(
    uploader: Uploader, sealed: bytes, number: str, index: str
) -> None:
    assert uploader.post(number, index, split(sealed)[0]).status_code == 400


def test_form_of_somebody_else_takes_no_chunk(
    uploader: Uploader,
    sealed: bytes,
    client: FlaskClient,
    reporter: Person,
    sign_in: Callable[[FlaskClient, Person], str],
    services: Services,
) -> None:
    csrf = sign_in(client, replace(reporter, central_id=99, name="Somebody Else"))
    other = Uploader(replace_csrf(uploader.form, csrf))

    assert fields_of(other.post(0, 0, split(sealed)[0])) == ["form"]
    assert fields_of(other.post(0, 0, split(sealed)[0], form_id="x.y")) == ["form"]
    assert other.post(0, 0, split(sealed)[0], desk="nothing").status_code == 404
    assert rows(services) == (0, 0)


def replace_csrf(form: Form, csrf: str) -> Form:
    form.csrf = csrf
    return form


def test_chunk_without_the_forms_token_is_refused(
    uploader: Uploader, sealed: bytes, services: Services
) -> None:
    uploader.form.csrf = "wrong"

    assert uploader.post(0, 0, split(sealed)[0]).status_code == 400
    assert rows(services) == (0, 0)


def test_nothing_is_added_to_a_report_that_was_filed(
    form: Form,
    uploader: Uploader,
    sealed: bytes,
    recipients: dict[int, str],
    recipient: str,
    services: Services,
) -> None:
    uploader.post_all(0, sealed)
    file_with(form, recipients, recipient, 0)

    assert fields_of(uploader.post(0, 0, split(sealed)[0])) == ["attachments"]
    assert fields_of(uploader.post(1, 0, split(sealed)[0])) == ["attachments"]
    assert rows(services) == (3, 0)


def test_form_posted_twice_keeps_its_files_once(
    form: Form,
    uploader: Uploader,
    sealed: bytes,
    recipients: dict[int, str],
    recipient: str,
    services: Services,
) -> None:
    uploader.post_all(0, sealed)
    first = file_with(form, recipients, recipient, 0)
    second = file_with(form, recipients, recipient, 0)

    assert first.get_json() == second.get_json()
    assert report_of(services, form).meta.attachments == (Attachment(0, 3),)
    assert rows(services) == (3, 0)


@pytest.mark.parametrize("numbers", [(0, 1), (1,), (0, 0)])
def test_filing_that_names_a_file_which_is_not_there_keeps_nothing(
    form: Form,
    uploader: Uploader,
    sealed: bytes,
    recipients: dict[int, str],
    recipient: str,
    services: Services,
    numbers: tuple[int, ...],
) -> None:
    uploader.post_all(0, sealed)

    assert fields_of(file_with(form, recipients, recipient, *numbers)) == ["attachments"]
    with services.database.read() as session:
        assert services.domain.reports.get(session, form.report_id) is None
    assert rows(services) == (3, 1)


def test_file_that_is_not_whole_is_told_and_sent_again(
    form: Form,
    uploader: Uploader,
    recipients: dict[int, str],
    recipient: str,
    services: Services,
) -> None:
    """Five chunks are no class: the sixth did not arrive."""
    sealed = seal_file(form.report_id, 0, BODY, 6, recipient)
    chunks = split(sealed)
    for index in range(5):
        uploader.post(0, index, chunks[index])
    refused = file_with(form, recipients, recipient, 0)
    assert "did not arrive whole" in refused.get_json()["errors"][0]["message"]
    assert uploader.kept(0) == {"0": 5}
    uploader.post(0, 5, chunks[5])

    assert file_with(form, recipients, recipient, 0).status_code == 200


@pytest.mark.parametrize("listed", [b"in clear", b"age-encryption.org/v1\n"])
def test_list_of_files_must_be_sealed(
    form: Form,
    uploader: Uploader,
    sealed: bytes,
    recipients: dict[int, str],
    recipient: str,
    listed: bytes,
) -> None:
    uploader.post_all(0, sealed)

    refused = file_with(form, recipients, recipient, 0, sealed=listed)

    assert fields_of(refused) == ["attachments"]


def test_files_of_the_form_that_the_filing_does_not_name_are_erased(
    form: Form,
    uploader: Uploader,
    sealed: bytes,
    recipients: dict[int, str],
    recipient: str,
    services: Services,
) -> None:
    uploader.post_all(0, sealed)
    uploader.post_all(4, seal_file(form.report_id, 4, BODY, 1, recipient))

    assert file_with(form, recipients, recipient, 4).status_code == 200
    assert report_of(services, form).meta.attachments == (Attachment(4, 1),)
    assert rows(services) == (1, 0)


def test_form_filed_without_its_files_erases_them(
    form: Form,
    uploader: Uploader,
    sealed: bytes,
    recipients: dict[int, str],
    services: Services,
) -> None:
    uploader.post_all(0, sealed)

    assert form.post_sealed(recipients).status_code == 200
    assert rows(services) == (0, 0)


def test_file_that_is_not_wanted_any_more_is_erased(
    uploader: Uploader, sealed: bytes, recipient: str, services: Services
) -> None:
    uploader.post_all(0, sealed)
    uploader.post_all(1, seal_file(uploader.form.report_id, 1, BODY, 1, recipient))

    assert uploader.kept(1) == {"1": 1}
    assert rows(services) == (1, 1)
    assert uploader.kept() == {}
    assert rows(services) == (0, 0)


def test_more_than_a_reports_files_may_have_is_refused(
    uploader: Uploader, recipient: str, services: Services
) -> None:
    """Without writing 80 MB: a record that says so stands in the place of all but one chunk."""
    chunk = split(seal_file(uploader.form.report_id, 0, BODY, 1, recipient))[0]
    uploader.post(0, 0, chunk)
    pretend(services, uploader.form, dict.fromkeys(range(MOST_CHUNKS // 16), 16))
    refused = uploader.post(0, 16, chunk)
    assert "larger than 50 MB" in refused.get_json()["errors"][0]["message"]

    pretend(services, uploader.form, dict.fromkeys(range(20), 1))
    refused = uploader.post(20, 0, chunk)
    assert "at most 20 files" in refused.get_json()["errors"][0]["message"]

    pretend(services, uploader.form, {0: 41})
    assert fields_of(uploader.post(0, 41, chunk)) == ["attachments"]
    assert fields_of(uploader.post(1000, 0, chunk)) == ["attachments"]


def test_files_that_are_surely_larger_than_50_mb_are_not_filed(
    form: Form,
    uploader: Uploader,
    sealed: bytes,
    recipients: dict[int, str],
    recipient: str,
    services: Services,
) -> None:
    uploader.post_all(0, sealed)
    pretend(services, form, dict.fromkeys(range(7), 41))

    refused = file_with(form, recipients, recipient, *range(7))

    assert "larger than 50 MB" in refused.get_json()["errors"][0]["message"]


def pretend(services: Services, form: Form, files: dict[int, int]) -> None:
    """Write into the only person's record that so many chunks of the form's files are there."""
    attachments = services.domain.attachments
    with services.database.write() as session:
        row = session.scalars(select(AttachmentUploadRow)).one()
        value = {"forms": [[form.report_id.hex(), list(files.items())]]}
        row.blob = attachments.vault.seal(AttachmentUploadRow.blob, row.label, value)


def test_person_leaves_only_so_much_lying_and_the_oldest_form_gives_way(
    uploader: Uploader, client: FlaskClient, csrf: str, recipient: str, services: Services
) -> None:
    forms = [uploader, *(Uploader(Form(client, csrf)) for _ in range(MOST_FORMS))]
    for one in forms:
        one.post_all(0, seal_file(one.form.report_id, 0, BODY, 1, recipient))

    assert rows(services) == (MOST_FORMS, 1)
    assert uploader.kept(0) == {}
    assert forms[1].kept(0) == {"0": 1}


def test_what_is_never_filed_is_erased_after_a_day(
    uploader: Uploader, sealed: bytes, services: Services, clock: ManualClock
) -> None:
    context = build_context(services)
    uploader.post_all(0, sealed)
    clock.advance(days=1)
    forget_uploads(context)
    assert rows(services) == (3, 1)
    clock.now = clock.now.replace(hour=0, minute=0) + timedelta(days=1)
    forget_uploads(context)

    assert rows(services) == (0, 0)


def test_what_was_filed_stays(
    form: Form,
    uploader: Uploader,
    sealed: bytes,
    recipients: dict[int, str],
    recipient: str,
    services: Services,
    clock: ManualClock,
) -> None:
    uploader.post_all(0, sealed)
    file_with(form, recipients, recipient, 0)
    clock.advance(days=30)
    forget_uploads(build_context(services))

    assert rows(services) == (3, 0)


def test_erasing_a_reports_files_leaves_those_of_others(
    form: Form,
    uploader: Uploader,
    sealed: bytes,
    recipients: dict[int, str],
    recipient: str,
    services: Services,
) -> None:
    uploader.post_all(0, sealed)
    file_with(form, recipients, recipient, 0)
    other = Form(form.client, form.csrf)
    Uploader(other).post_all(0, seal_file(other.report_id, 0, BODY, 2, recipient))
    file_with(other, recipients, recipient, 0)

    with services.database.write() as session:
        services.domain.attachments.erase(session, report_of(services, form))

    assert rows(services) == (2, 0)
    with services.database.read() as session:
        report = report_of(services, other)
        assert len(services.domain.attachments.chunks(session, report, 0, 0)) == 2


class TestOwnFiles:
    """One file of three chunks, in a report of one's own."""

    @pytest.fixture
    def path(
        self,
        form: Form,
        uploader: Uploader,
        sealed: bytes,
        recipients: dict[int, str],
        recipient: str,
    ) -> str:
        uploader.post_all(0, sealed)
        answer = file_with(form, recipients, recipient, 0)
        path: str = answer.get_json()["location"]
        return path.replace("/sent", "/attachments")

    def ask(self, uploader: Uploader, path: str, asked: object) -> TestResponse:
        return uploader.form.client.post(path, json=asked, headers=uploader.headers)

    def test_chunks_come_as_a_download_without_a_kind(
        self, uploader: Uploader, path: str, sealed: bytes
    ) -> None:
        answer = self.ask(uploader, path, {"number": 0, "start": 1})

        assert answer.data == sealed[CHUNK:]
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"

    def test_nothing_is_there_for_a_browser_that_follows_an_address(
        self, client: FlaskClient, path: str
    ) -> None:
        assert client.get(path).status_code == 405

    @pytest.mark.parametrize("asked", [{"number": 1, "start": 0}, {"number": 0, "start": 3}])
    def test_what_is_not_there_is_not_there(
        self, uploader: Uploader, path: str, asked: object
    ) -> None:
        assert self.ask(uploader, path, asked).status_code == 404

    @pytest.mark.parametrize(
        "asked",
        [
            {},
            [],
            "0",
            {"number": "0", "start": 0},
            {"number": True, "start": 0},
            {"number": 0, "start": -1},
            {"number": 0, "start": 1 << 40},
        ],
    )
    def test_nonsense_is_a_bad_request(self, uploader: Uploader, path: str, asked: object) -> None:
        assert self.ask(uploader, path, asked).status_code == 400

    def test_somebody_elses_report_is_not_there(
        self,
        uploader: Uploader,
        path: str,
        client: FlaskClient,
        reporter: Person,
        sign_in: Callable[[FlaskClient, Person], str],
    ) -> None:
        uploader.form.csrf = sign_in(client, replace(reporter, central_id=98, name="Else"))

        assert self.ask(uploader, path, {"number": 0, "start": 0}).status_code == 404
