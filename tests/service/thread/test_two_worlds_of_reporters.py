# SPDX-License-Identifier: AGPL-3.0-or-later
"""A reporter walks through every page of the own report, in a world where others reported the same
account, wrote, were answered and had their names opened, and in one where nobody else did.

Taken out of the answers is only what is random in every world.
"""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.cases.head import CaseState
from service.cases.identity import IdentityReason, Reason
from service.ids import to_text
from service.sessions.person import Person
from service.thread.answering import Writing
from service.web.access import Access, access_of
from tests.service.thread.conftest import LARKSPUR, QUILLFEATHER
from tests.service.thread.correspondence import add, report_of, write
from tests.service.visiting import Visitor, sign_in
from tests.service.world import World

WALKED = {
    "reports.mine",
    "reports.own",
    "reports.sent",
    "reports.sealed",
    "reports.progress",
    "reports.withdraw",
    "thread.adding",
    "thread.plain",
    "thread.download",
    "attachments.own",
}
POSTING = {"reports.end_hold", "reports.withdraw_now", "thread.add", "thread.add_plain"}


@pytest.fixture
def larkspur(app: Flask, world: World) -> Visitor:
    return sign_in(app, world.services, Person(*LARKSPUR, edit_count=100))


def answers(visitor: Visitor, report: bytes) -> dict[str, bytes]:
    """Everything that the reporter can ask for, made comparable."""
    own = f"/reports/{to_text(report)}"
    paths = ["/reports", own]
    paths += [
        f"{own}/{page}" for page in ("sent", "sealed", "progress", "adding", "add", "withdraw")
    ]
    paths += [f"{own}/download"]
    found = {path: visitor.get(path) for path in paths}
    found["a file"] = visitor.send(f"{own}/attachments", {"number": 0, "start": 0})
    found["a bad addition"] = visitor.post(f"{own}/add", narrative="", form_id="forged")
    return {asked: comparable(answer) for asked, answer in found.items()}


def comparable(answer: TestResponse) -> bytes:
    assert answer.status_code in {200, 404, 422}
    request_id = answer.headers.pop("X-Request-Id").encode()
    del answer.headers["Content-Length"]
    answer.headers.pop("Date", None)  # the real clock's, where an answer has an ETag
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(answer.headers))
    text = f"{answer.status}\n{headers}\n".encode() + answer.get_data()
    text = text.replace(request_id, b"REQUEST")
    text = re.sub(rb'(name="csrf_token" value|name="csrf-token" content)="[^"]+"', b"TOKEN", text)
    text = re.sub(rb'data-person="[^"]+"', b"SESSION", text)
    return re.sub(rb'("(form_id|csrf)":|name="form_id" value=)"[^"]+"', b"FORM", text)


def others_write(world: World, case: bytes) -> None:
    """Somebody else reports the same account, adds, is closed, and has the name opened."""
    other = world.file(QUILLFEATHER, ("Brackenridge",), ("https://de.wikipedia.org/wiki/?diff=5",))
    world.fold(other, {"Brackenridge": 9007})
    add(world, other, "More of it.")
    reader, today = world.as_reader("Rowanbark"), world.services.today()
    reason = Reason(IdentityReason.DANGER, "It sounds so.")
    desk, domain = world.desk, world.domain
    with world.services.database.write() as session:
        assert domain.identity.open(session, desk, reader, case, other, reason, today)
        assert domain.acts.set_state(session, desk, reader, case, CaseState.CLOSED, today)
    assert write(world, case, other, writing=Writing.CLOSING)


def answered(world: World, case: bytes, report: bytes) -> None:
    """The own report is read, answered and added to."""
    today = world.services.today()
    with world.services.database.write() as session:
        reader = world.as_reader("Rowanbark")
        assert world.domain.opening.open(session, world.desk, reader, case, {report}, today)
    assert write(world, case, report)
    add(world, report, "Thank you.")


@pytest.mark.parametrize("meanwhile", [False, True], ids=["unread", "answered"])
def test_pages_of_a_report_are_the_same_whoever_else_reported(
    world: World, larkspur: Visitor, case: bytes, report: bytes, meanwhile: bool
) -> None:
    if meanwhile:
        answered(world, case, report)
    alone = answers(larkspur, report)

    others_write(world, case)

    beside = answers(larkspur, report)
    assert [asked for asked, answer in alone.items() if answer != beside[asked]] == []


def test_walk_visits_every_page_of_a_report(app: Flask) -> None:
    """A new page is added to the walk, or it fails here."""
    about_a_report = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "report" in rule.arguments
        and access_of(app.view_functions[rule.endpoint]) is Access.SIGNED_IN
    }

    assert about_a_report == (WALKED - {"reports.mine"}) | POSTING


def test_pages_of_a_report_change_when_its_own_desk_acts(
    world: World, larkspur: Visitor, case: bytes, report: bytes
) -> None:
    """The walk would prove nothing on pages that never change."""
    before = answers(larkspur, report)

    answered(world, case, report)

    after = answers(larkspur, report)
    assert [asked for asked, answer in before.items() if answer != after[asked]]


def test_no_page_names_a_reader_or_a_case(
    world: World, larkspur: Visitor, case: bytes, report: bytes
) -> None:
    answered(world, case, report)
    with world.services.database.read() as session:
        (row,) = world.domain.reading.listing(session, world.desk, world.as_reader("Rowanbark"))

    everything = b"".join(answers(larkspur, report).values()).decode()

    for secret in (*world.readers, row.code, to_text(case)):
        assert secret not in everything
    assert report_of(world, report).meta.messages == 1
