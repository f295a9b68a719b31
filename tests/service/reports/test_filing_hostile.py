# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filings that no page of ours makes: the same form twice at once, sealed files of odd sizes."""

from __future__ import annotations

import io
import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from service.ids import new_id, to_text
from service.reports.record import Report
from service.reports.store import Reports
from service.rows import Wanted
from service.sealing import age
from service.sealing.parts import BOX_STEP, PART_STEP
from service.services import Services
from tests.service.reports.desk import ReaderKey
from tests.service.reports.forms import Form, fields_of


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
