# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filing with what was uploaded: a report has all of its files, or none."""

from __future__ import annotations

import pytest

from service.attachments.forgetting import forget_uploads
from service.reports.record import Attachment
from service.services import Services
from service.worker.building import build_context
from tests.service.attachments.sealed import (
    BODY,
    Uploader,
    file_with,
    pretend,
    report_of,
    rows,
    seal_file,
    split,
)
from tests.service.conftest import ManualClock
from tests.service.reports.forms import Form, fields_of


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
