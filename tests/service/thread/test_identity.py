# SPDX-License-Identifier: AGPL-3.0-or-later
"""The identity gate: no name without a reason, and no reason that its reporter does not read."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from service.audit.models import AuditEntryRow
from service.cases.identity import LONGEST_WORDS, IdentityReason, Reason, reason_of
from service.cases.opening import Sealed
from service.ids import to_text
from service.reports.form import FilingRefused
from service.reports.record import Stage
from service.sealing.parts import PartContext, unframe
from service.thread.story import EventKind, Role
from tests.service.sealing.age_opener import open_file
from tests.service.thread.conftest import FENNELWOOD, ROWANBARK, THORNBURY, case_about
from tests.service.thread.correspondence import events_of, report_of
from tests.service.world import World

REASON = Reason(IdentityReason.DANGER, "The report speaks of harm.")


def open_name(
    world: World, case: bytes, report: bytes, reader: str = "Rowanbark", reason: Reason = REASON
) -> Sealed | None:
    with world.services.database.write() as session:
        return world.domain.identity.open(
            session,
            world.desk,
            world.as_reader(reader),
            case,
            report,
            reason,
            world.services.today(),
        )


def audited(world: World) -> list[tuple[int, str, str]]:
    """Actor, subject and reason of every opening of a name."""
    with world.services.database.read() as session:
        rows = session.scalars(select(AuditEntryRow)).all()
    found = [world.services.vault.open(AuditEntryRow.blob, one.id, one.blob) for one in rows]
    return [
        (one["actor"], one["subject"], one["reason"])
        for one in found
        if one["act"] == "identity-opened"
    ]


def test_name_is_handed_out_with_the_readers_box(world: World, case: bytes, report: bytes) -> None:
    sealed = open_name(world, case, report)

    assert sealed is not None
    assert set(sealed.parts) == {"identity"}
    text_id = to_text(report)
    key = world.readers["Rowanbark"].identity
    box = unframe(PartContext(text_id, "box"), open_file(sealed.box, [key])).decode()
    part = unframe(PartContext(text_id, "identity"), open_file(sealed.parts["identity"], [box]))
    assert json.loads(part) == {"central_id": 101, "name": "Larkspur"}


def test_reason_stands_in_the_audit_and_in_the_report_without_who_it_was(
    world: World, case: bytes, report: bytes
) -> None:
    open_name(world, case, report)

    assert audited(world) == [(ROWANBARK, report.hex(), "danger: The report speaks of harm.")]
    opened, named = events_of(world, report)
    assert (opened.kind, named.kind) == (EventKind.OPENED, EventKind.NAMED)
    assert (named.role, named.reason, named.words) == (Role.FUNCTIONARY, "danger", REASON.words)
    assert str(ROWANBARK) not in json.dumps([opened.to_json(), named.to_json()])
    assert report_of(world, report).meta.stage is Stage.READ


def test_every_opening_of_a_name_is_an_act_of_its_own(
    world: World, case: bytes, report: bytes
) -> None:
    open_name(world, case, report)
    open_name(world, case, report)
    open_name(world, case, report, "Fennelwood")

    assert sorted(one[0] for one in audited(world)) == [ROWANBARK, ROWANBARK, FENNELWOOD]
    kinds = [one.kind for one in events_of(world, report)]
    assert kinds.count(EventKind.NAMED) == 3
    assert kinds.count(EventKind.OPENED) == 2


def test_nothing_else_hands_the_name_out(world: World, case: bytes, report: bytes) -> None:
    reader = world.as_reader("Rowanbark")
    with world.services.database.write() as session:
        opened = world.domain.opening.open(
            session, world.desk, reader, case, {report}, world.services.today()
        )
        previews = world.domain.opening.previews(session, world.desk, reader, [case])

    assert opened
    assert all("identity" not in one.parts for one in [*opened, *previews])


def test_recused_reader_opens_no_name(world: World) -> None:
    report = world.file((102, "Quillfeather"), ("Thornbury",))
    world.fold(report, {"Thornbury": THORNBURY})

    assert open_name(world, case_about(world, THORNBURY), report, "Thornbury") is None
    assert audited(world) == []
    assert events_of(world, report) == ()


def test_longest_reason_fits_its_rows(world: World, case: bytes, report: bytes) -> None:
    """Emoji take four bytes, and JSON writes some signs in two letters."""
    for letter in ("😀", '"', "\\"):
        words = letter * (LONGEST_WORDS // len(letter))
        assert open_name(world, case, report, reason=reason_of("conflict", words))
    assert len(audited(world)) == 3


@pytest.mark.parametrize(
    ("why", "words", "fields"),
    [
        ("", "", {"why", "words"}),
        ("curious", "I wonder.", {"why"}),
        ("act", " \n\t ", {"words"}),
        ("act", "x" * (LONGEST_WORDS + 1), {"words"}),
    ],
)
def test_reason_is_needed_in_both_ways(why: str, words: str, fields: set[str]) -> None:
    with pytest.raises(FilingRefused) as refused:
        reason_of(why, words)
    assert {one.field for one in refused.value.errors} == fields


def test_reason_becomes_one_line() -> None:
    assert reason_of("other", " One\r\nline\u202e with\x00nothing  odd. ").words == (
        "One line with nothing odd."
    )
