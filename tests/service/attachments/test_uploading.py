# SPDX-License-Identifier: AGPL-3.0-or-later
"""Uploading chunks: what is taken, from whom, in what order, and for how long."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.attachments.forgetting import forget_uploads
from service.attachments.models import AttachmentChunkRow
from service.attachments.sizes import CHUNK, MOST_CHUNKS
from service.attachments.uploads import MOST_FORMS
from service.sealing import age
from service.sealing.at_rest import OVERHEAD
from service.services import Services
from service.sessions.person import Person
from service.worker.building import build_context
from tests.service.attachments.sealed import (
    BODY,
    Uploader,
    pretend,
    rows,
    seal_file,
    split,
)
from tests.service.conftest import ManualClock
from tests.service.reports.forms import Form, fields_of


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
