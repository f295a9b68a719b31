# SPDX-License-Identifier: AGPL-3.0-or-later
"""The drill: a backup of a busy desk, restored elsewhere, opens with the same keys, and what was
withdrawn since is gone.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from onwiki.notices.timetable import Rhythm
from service.audit.journal import Act
from service.backup.restoring import ErasureList, Restoring, read_erasures
from service.backup.writing import backup_lines, erasures_lines
from service.cases.head import CaseState
from service.cases.listed import Row
from service.cases.visible import id_value
from service.ids import to_text
from service.matching.tokens import Kind, case_id, derive
from service.migrations.tables import all_tables
from service.notices.subscriptions import Recipient
from service.queue.models import JobRow
from service.reports.record import LinkState
from service.retention.models import ErasureRow
from service.sealing import age
from service.sealing.parts import PartContext, unframe
from service.services import Services
from service.sessions.models import SessionRow
from service.sessions.person import Person
from service.sessions.store import PERSON, SessionStore
from tests.service.sealing.age_opener import open_file
from tests.service.world import DESK, World

LARKSPUR, QUILLFEATHER, WILLOWMERE = (101, "Larkspur"), (102, "Quillfeather"), (103, "Willowmere")
THORNBURY, BRACKENRIDGE = 9006, 9007
EDIT = "https://en.wikipedia.org/wiki/Special:Diff/310000042"


def busy(world: World) -> dict[str, bytes]:
    """Reports in every stage, acts, a subscription, a session; ids by what they are for."""
    reports = {
        "kept": world.file(LARKSPUR, ("Thornbury",), (EDIT,), "The first."),
        "withdrawn later": world.file(QUILLFEATHER, ("Thornbury",), (EDIT,), "The second."),
        "withdrawn alone": world.file(WILLOWMERE, ("Brackenridge",), (), "The third."),
        "withdrawn before": world.file(WILLOWMERE, ("Thornbury",), (), "The fourth."),
    }
    for name, report in reports.items():
        about = "Brackenridge" if name == "withdrawn alone" else "Thornbury"
        world.fold(report, {about: BRACKENRIDGE if about == "Brackenridge" else THORNBURY})
    withdraw(world, reports["withdrawn before"])
    reports["on its way"] = world.file(WILLOWMERE, ("Thornbury",), (EDIT,), "The fifth.")
    act(world, reports["kept"])
    services = world.services
    with services.database.write() as session:
        recipient = Recipient(101, "Larkspur", "sandboxwiki", "en")
        services.domain.subscriptions.subscribe(session, recipient, Rhythm.WEEKLY, services.clock())
    store = SessionStore(
        services.database, services.vault, services.config.secret_key, services.clock
    )
    store.create({PERSON: Person(101, "Larkspur").to_json()})
    return reports


def act(world: World, report: bytes) -> None:
    case = case_about(world, THORNBURY)
    today, reader = world.services.today(), world.as_reader("Rowanbark")
    with world.services.database.write() as session:
        domain = world.domain
        assert domain.opening.open(session, world.desk, reader, case, {report}, today)
        assert domain.acts.set_state(session, world.desk, reader, case, CaseState.WORKING, today)
    with world.services.database.write() as session:
        domain.cases.hold(session, DESK)
        domain.journal.chain(session, DESK)


def case_about(world: World, central_id: int) -> bytes:
    return case_id(derive(world.services.match_keys, DESK, Kind.ACCOUNT, id_value(central_id)))


def withdraw(world: World, report: bytes) -> None:
    today, erasing = world.services.today(), world.domain.erasing
    with world.services.database.write() as session:
        assert erasing.erase(session, report, Act.WITHDRAWN, today)


def sealed_backup(world: World, recipient: str) -> bytes:
    """A backup during which somebody files, as soon as it has begun to read."""

    def lines() -> Iterator[bytes]:
        filed = False
        for line in backup_lines(world.services):
            yield line
            if not filed and b'"table"' in line:
                filed = True
                world.file(LARKSPUR, ("Thornbury",), (EDIT,), "Meanwhile.")
        assert filed

    return b"".join(age.seal_stream(lines(), [recipient]))


def rows(services: Services, world: World) -> list[Row]:
    with services.database.read() as session:
        return services.domain.reading.listing(session, world.desk, world.as_reader("Rowanbark"))


def narrative(services: Services, world: World, reader: str, report: bytes) -> bytes:
    return World(services, world.readers).open_part(reader, report, "narrative")


def count(services: Services, model: Any) -> int:
    with services.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_restored_backup_opens_and_what_was_withdrawn_is_gone(
    world: World, elsewhere: Services
) -> None:
    reports = busy(world)
    before = {row.id: row for row in rows(world.services, world)}
    identity, recipient = age.new_identity()
    sealed = sealed_backup(world, recipient)
    for name in ("withdrawn later", "withdrawn alone"):
        withdraw(world, reports[name])
    exported = b"".join(erasures_lines(world.services))

    newer = read_erasures(io.BytesIO(exported), elsewhere)
    done = Restoring(elsewhere).restore(io.BytesIO(open_file(sealed, [identity])), newer)

    assert (done.erased, done.entered) == (2, 1)
    restored = World(elsewhere, world.readers)
    with elsewhere.database.read() as session:
        known = {one.id for one in elsewhere.domain.reports.of_desk(session, DESK)}
        assert elsewhere.domain.journal.verify(session, DESK) == []
        assert elsewhere.domain.subscriptions.of(session, 101) is not None
    assert known == {reports["kept"], reports["on its way"]}
    for reader in ("Rowanbark", "Fennelwood"):
        assert narrative(elsewhere, world, reader, reports["kept"]) == b"The first."
        assert narrative(elsewhere, world, reader, reports["on its way"]) == b"The fifth."
    listed = {row.id: row for row in rows(elsewhere, world)}
    # The case about Brackenridge is gone. The report whose names were never resolved stands in a
    # case of the name as it was typed.
    assert case_about(world, BRACKENRIDGE) not in listed
    kept = listed.pop(case_about(world, THORNBURY))
    assert (kept.code, kept.state) == (before[kept.id].code, CaseState.WORKING)
    assert (kept.reports, kept.voices) == ("1", "1")
    assert [row.reports for row in listed.values()] == ["1"]
    assert count(elsewhere, SessionRow) == count(elsewhere, JobRow) == 0
    assert count(elsewhere, ErasureRow) == 3

    world.services.clock.advance(days=1)  # type: ignore[attr-defined]
    filed = restored.file(LARKSPUR, ("Thornbury",), (), "Life goes on.")
    restored.fold(filed, {"Thornbury": THORNBURY})
    found = {row.id: row.reports for row in rows(elsewhere, world)}
    assert found[case_about(world, THORNBURY)] == "2-4"


def test_links_that_waited_for_the_queue_are_given_up(world: World, elsewhere: Services) -> None:
    report = world.file(LARKSPUR, ("Thornbury",), (EDIT, "nonsense"))
    plain = b"".join(backup_lines(world.services))

    Restoring(elsewhere).restore(io.BytesIO(plain), ErasureList(()))

    with elsewhere.database.read() as session:
        found = elsewhere.domain.reports.get(session, report)
    assert found is not None
    states = [one.state for one in found.meta.links]
    assert states == [LinkState.GIVEN_UP, LinkState.NOT_EVIDENCE]


def test_report_entered_without_the_queue_is_hidden_from_whom_it_names(
    world: World, elsewhere: Services
) -> None:
    world.add_reader("Thornbury", THORNBURY)
    world.file(LARKSPUR, ("thornbury",))
    world.file(QUILLFEATHER, ())
    plain = b"".join(backup_lines(world.services))

    done = Restoring(elsewhere).restore(io.BytesIO(plain), ErasureList(()))

    assert done.entered == 2
    with elsewhere.database.read() as session:
        reading = elsewhere.domain.reading
        seen = {
            name: len(reading.listing(session, world.desk, world.as_reader(name)))
            for name in ("Rowanbark", "Thornbury")
        }
    assert seen == {"Rowanbark": 2, "Thornbury": 1}


def test_reporter_finds_the_own_reports_after_a_restore(world: World, elsewhere: Services) -> None:
    reports = busy(world)
    plain = b"".join(backup_lines(world.services))
    Restoring(elsewhere).restore(io.BytesIO(plain), ErasureList(()))

    with elsewhere.database.read() as session:
        own = elsewhere.domain.own.all(session, WILLOWMERE[0])
    assert {one.id for one in own} == {reports["withdrawn alone"], reports["on its way"]}


def test_every_kept_row_comes_back_as_it_was(world: World, elsewhere: Services) -> None:
    report = world.file(LARKSPUR, ("Thornbury",), (), "Word by word.")
    world.fold(report, {"Thornbury": THORNBURY})
    plain = b"".join(backup_lines(world.services))

    Restoring(elsewhere).restore(io.BytesIO(plain), ErasureList(()))

    assert contents(elsewhere) == contents(world.services)


def contents(services: Services) -> dict[str, list[tuple[Any, ...]]]:
    left_out = {"session", "job", "turn", "night"}
    with services.database.read() as session:
        return {
            table.name: [
                tuple(row)
                for row in session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in all_tables().sorted_tables
            if table.name not in left_out
        }


def test_backup_names_nobody_and_quotes_nothing(world: World) -> None:
    """Before it is sealed: who opens a backup reads no more than who dumps the database."""
    world.fold(world.file(LARKSPUR, ("Thornbury",), (EDIT,), "Quincunx."), {"Thornbury": THORNBURY})
    plain = b"".join(backup_lines(world.services))
    for secret in (b"Quincunx", b"Thornbury", b"Larkspur", b"310000042", b"Rowanbark"):
        assert secret not in plain
    assert [json.loads(line) for line in plain.splitlines()][-1]["end"] is True


def test_parts_are_bound_to_their_report_in_a_backup_too(world: World, elsewhere: Services) -> None:
    report = world.file(LARKSPUR, ("Thornbury",), (), "Mine.")
    plain = b"".join(backup_lines(world.services))
    Restoring(elsewhere).restore(io.BytesIO(plain), ErasureList(()))
    key = world.readers["Rowanbark"]
    with elsewhere.database.read() as session:
        box = elsewhere.domain.reports.boxes(session, [report], key.central_id)[report]
    opened = unframe(PartContext(to_text(report), "box"), open_file(box, [key.identity]))
    assert opened.startswith(b"AGE-SECRET-KEY-PQ-1")
