# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filings that no page of ours makes: the same form twice at once, sealed files of odd sizes."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from service.ids import new_id, to_text
from service.reports.filing import Filed, Filing
from service.reports.record import Report
from service.reports.store import Reports
from service.rows import Wanted
from service.sealing import age
from service.sealing.parts import BOX_STEP, PART_STEP
from service.services import Services
from tests.service.reports.desk import ReaderKey
from tests.service.reports.forms import WORDS, Form, fields_of


@pytest.fixture
def form(client: FlaskClient, csrf: str, readers: dict[str, ReaderKey]) -> Form:
    return Form(client, csrf)


@pytest.fixture
def recipients(readers: dict[str, ReaderKey]) -> dict[int, str]:
    return {one.central_id: one.recipient for one in readers.values()}


def test_the_same_form_posted_twice_at_once_is_one_report(
    form: Form,
    recipients: dict[int, str],
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = form.post_sealed(recipients).get_json()
    not_committed_yet = [True]
    entry, add = Reports.entry, Reports.add

    def looking(reports: Reports, report_id: bytes) -> Wanted:
        return entry(reports, new_id() if not_committed_yet else report_id)

    def adding(reports: Reports, session: Session, report: Report) -> None:
        not_committed_yet.clear()
        add(reports, session, report)

    monkeypatch.setattr(Reports, "entry", looking)
    monkeypatch.setattr(Reports, "add", adding)
    second = form.post_sealed(recipients)
    assert second.status_code == 200
    assert second.get_json() == first
    assert not_committed_yet == []


def box(recipients: dict[int, str], content: bytes, *others: str) -> str:
    """The JSON of boxes, one of which is this content, sealed to its reader and others."""
    made = {
        str(person): to_text(age.seal(bytes(BOX_STEP), [recipient]))
        for person, recipient in recipients.items()
    }
    person, recipient = next(iter(recipients.items()))
    made[str(person)] = to_text(age.seal(content, [recipient, *others]))
    return json.dumps(made)


@pytest.mark.parametrize("size", [0, 77, 2 * BOX_STEP, 8192])
def test_a_box_that_would_be_known_by_its_size_is_refused(
    form: Form, recipients: dict[int, str], size: int
) -> None:
    answer = form.post_sealed(recipients, boxes=box(recipients, bytes(size)))
    assert fields_of(answer) == ["form"]


def test_a_box_for_a_second_person_is_refused(form: Form, recipients: dict[int, str]) -> None:
    _, foreign = age.new_identity()
    answer = form.post_sealed(recipients, boxes=box(recipients, bytes(BOX_STEP), foreign))
    assert fields_of(answer) == ["form"]


def test_a_narrative_that_was_not_padded_is_refused(form: Form, recipients: dict[int, str]) -> None:
    _, recipient = age.new_identity()
    for size in (0, 5, PART_STEP + 1):
        narrative = io.BytesIO(age.seal(bytes(size), [recipient]))
        answer = form.post_sealed(recipients, narrative=(narrative, "narrative.age"))
        assert fields_of(answer) == ["form"]


@pytest.mark.mariadb
@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)  # SQLite's writers take turns
@pytest.mark.parametrize("filed_before", [0, 1], ids=["first report", "second report"])
def test_what_was_withdrawn_is_not_filed_again_by_a_tab_that_was_slow(
    filed_before: int,
    form: Form,
    client: FlaskClient,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It had looked before the report was there, and writes after it is gone."""
    for _ in range(filed_before):
        assert Form(client, form.csrf).post_plain().status_code == 303
    file = Filing.file

    def file_late(*given: Any) -> Filed:
        monkeypatch.setattr(Filing, "file", file)
        assert form.post_plain().status_code == 303
        address = f"/reports/{to_text(form.report_id)}/withdraw"
        assert client.post(address, data={"csrf_token": form.csrf}).status_code == 303
        return file(*given)

    monkeypatch.setattr(Filing, "file", file_late)
    answer = form.post_plain()

    assert answer.status_code == 422
    assert WORDS in answer.text
    with services.database.read() as session:
        assert services.domain.reports.get(session, form.report_id) is None
