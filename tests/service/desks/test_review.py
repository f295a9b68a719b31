# SPDX-License-Identifier: AGPL-3.0-or-later
"""The marked lane: reports of new and blocked accounts are looked at first, and counted after."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from service.audit.models import AuditEntryRow
from service.cases.listed import band
from service.cases.membership import summary
from service.ids import to_text
from service.reports.record import Meta, Report, Reviewed
from service.sessions.person import Person
from tests.service.desks.conftest import BRACKENRIDGE, LARKSPUR, QUILLFEATHER, ROWANBARK
from tests.service.desks.walking import comparable
from tests.service.visiting import Visitor, case_address, sign_in
from tests.service.world import DESK, World

QUEUE = f"/desk/{DESK}"
WAITS, COUNTED, ASIDE = "Please read it before others do", "said that it counts", "set it aside"


def file(world: World, reporter: tuple[int, str], *, review: bool) -> bytes:
    report = world.file(reporter, ("Brackenridge",), review=review)
    world.fold(report, {"Brackenridge": BRACKENRIDGE})
    return report


@pytest.fixture
def case(about: Callable[[int], bytes]) -> str:
    """Address of the case about Brackenridge."""
    return case_address(about(BRACKENRIDGE))


def address_of(visitor: Visitor, case: str) -> str:
    """Where the form of the one marked report of a case leads."""
    found = re.findall(r'action="([^"]+/review)"', visitor.text(case))
    assert len(found) == 1
    return str(found[0])


def line(visitor: Visitor) -> tuple[str, bool]:
    """Of the one case in the list: how many reports, and whether somebody has to look first."""
    page = visitor.text(QUEUE)
    (cell,) = re.findall(r'<td data-label="Reports">(.*?)</td>', page)
    number = re.search(r"[0-9][0-9+\u2013]*", cell)
    assert number is not None
    return number[0], "look first" in cell


def found(world: World, report: bytes) -> Report:
    with world.services.database.read() as session:
        report_now = world.domain.reports.get(session, report)
    assert report_now is not None
    return report_now


def test_case_is_counted_without_it_and_marked(reader: Visitor, world: World, case: str) -> None:
    file(world, LARKSPUR, review=True)

    assert line(reader) == ("0", True)
    assert WAITS in reader.text(case)

    file(world, QUILLFEATHER, review=False)

    assert line(reader) == ("1", True)
    assert reader.text(case).count(WAITS) == 1


def test_whoever_looked_lets_it_count(reader: Visitor, world: World, case: str) -> None:
    file(world, QUILLFEATHER, review=False)
    report = file(world, LARKSPUR, review=True)

    answer = reader.post(address_of(reader, case), outcome="counted")

    assert (answer.status_code, answer.headers["Location"]) == (303, case)
    assert line(reader) == ("2\u20134", False)
    assert COUNTED in reader.text(case)
    assert found(world, report).meta.reviewed is Reviewed.COUNTED


def test_what_is_set_aside_stays_to_be_read_and_counts_for_nothing(
    reader: Visitor, world: World, case: str, come: Callable[[str], Visitor]
) -> None:
    report = file(world, LARKSPUR, review=True)
    reader.post(address_of(reader, case), outcome="aside")

    assert line(reader) == ("0", False)
    assert ASIDE in come("Fennelwood").text(case)
    assert world.open_part("Fennelwood", report, "narrative")


def test_a_colleague_may_come_to_another_view(
    reader: Visitor, world: World, case: str, come: Callable[[str], Visitor]
) -> None:
    file(world, LARKSPUR, review=True)
    address = address_of(reader, case)
    reader.post(address, outcome="aside")

    come("Fennelwood").post(address, outcome="counted")

    assert line(reader) == ("1", False)


def test_it_is_written_down_once_with_what_was_said(
    reader: Visitor, world: World, case: str
) -> None:
    report = file(world, LARKSPUR, review=True)
    address = address_of(reader, case)
    for _ in range(2):
        reader.post(address, outcome="counted")

    with world.services.database.read() as session:
        rows = session.query(AuditEntryRow).all()
    opened = [world.services.vault.open(AuditEntryRow.blob, row.id, row.blob) for row in rows]
    said = [(one["actor"], one["subject"], one["reason"]) for one in opened]
    assert said == [(ROWANBARK, report.hex(), "counted")]


def test_nobody_says_it_of_a_report_of_the_ordinary_lane_or_of_another_case(
    reader: Visitor, world: World, case: str, about: Callable[[int], bytes]
) -> None:
    file(world, LARKSPUR, review=True)
    address = address_of(reader, case)
    marked = re.search("reports/([^/]+)/", address)
    assert marked is not None
    ordinary = file(world, QUILLFEATHER, review=False)

    for other in (
        address.replace(marked[1], "A" * 22),
        address.replace(case, case_address(bytes(32))),
    ):
        assert reader.post(other, outcome="counted").status_code == 404
    assert reader.post(address, outcome="perhaps").status_code == 400
    assert found(world, ordinary).meta.reviewed is None


def test_nobody_says_it_of_an_own_report(
    reader: Visitor, world: World, case: str, come: Callable[[str], Visitor]
) -> None:
    own = file(world, (ROWANBARK, "Rowanbark"), review=True)
    assert "/review" not in reader.text(case)
    address = address_of(come("Fennelwood"), case)

    assert reader.post(address, outcome="counted").status_code == 404
    assert found(world, own).meta.reviewed is None


def test_reporter_s_pages_are_the_same_in_both_lanes_and_whatever_was_said(
    app: Flask, reader: Visitor, world: World, case: str
) -> None:
    """Compared is the page of a report before and after, and with one of the ordinary lane."""
    marked = file(world, LARKSPUR, review=True)
    reporter = sign_in(app, world.services, Person(*LARKSPUR, new=True))
    before = own_pages(reporter, marked)
    last_act = found(world, marked).last_act
    world.services.clock.advance(minutes=5)  # type: ignore[attr-defined]

    reader.post(address_of(reader, case), outcome="counted")

    assert own_pages(reporter, marked) == before
    assert found(world, marked).last_act == last_act
    ordinary = file(world, LARKSPUR, review=False)
    assert own_pages(reporter, ordinary) == before


def own_pages(reporter: Visitor, report: bytes) -> list[bytes]:
    address = to_text(report)
    answers = [reporter.get(f"/reports/{address}"), reporter.ask(f"/reports/{address}/progress")]
    return [comparable(answer).replace(address.encode(), b"REPORT") for answer in answers]


_REPORTS = st.lists(
    st.tuples(st.booleans(), st.sampled_from([None, *Reviewed]), st.integers(0, 3)), max_size=12
)


@given(_REPORTS)
def test_heads_count_what_counts(reports: list[tuple[bool, Reviewed | None, int]]) -> None:
    """Any mix of lanes, outcomes and people against counting one by one."""
    day = date(2026, 5, 3)
    made = [
        Report(
            os.urandom(16),
            DESK,
            day,
            "age1pq1",
            Meta(bytes([person]) * 32, folded_at=number + 1, review=review, reviewed=reviewed),
        )
        for number, (review, reviewed, person) in enumerate(reports)
    ]

    head = summary(bytes(32), made)

    if not made:
        assert head is None
        return
    assert head is not None
    count = [one for one in reports if not one[0] or one[1] is Reviewed.COUNTED]
    assert head.reports == len(count)
    assert head.voices == len({person for _review, _reviewed, person in count})
    assert head.to_review == sum(review and reviewed is None for review, reviewed, _ in reports)
    assert band(head.reports) in {"0", "1", "2-4", "5-9", "10+"}
