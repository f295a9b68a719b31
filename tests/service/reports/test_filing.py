# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filing: what is refused, with what at which field, and that nothing is written then."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from service.queue.models import JobRow
from service.reports.filing import Filed
from service.reports.form import FilingRefused
from service.reports.models import BoxRow, PartRow, ReportRow
from service.sealing import age
from tests.service.world import World

LARKSPUR, QUILLFEATHER = (101, "Larkspur"), (102, "Quillfeather")


@pytest.fixture
def world(world: World) -> World:
    world.add_reader("Rowanbark", 9003)
    world.add_reader("Fennelwood", 9004)
    return world


def rows(world: World) -> dict[str, int]:
    with world.services.database.read() as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (ReportRow, PartRow, BoxRow, JobRow)
        }


def refused(world: World, **changes: object) -> set[tuple[str, str]]:
    """Field and message of each error; asserts that nothing was written."""
    form = world.form(LARKSPUR)
    sealed = {
        key: changes.pop(key) for key in ("narrative", "boxes", "recipient") if key in changes
    }
    posted = replace(form.posted, **changes)  # type: ignore[arg-type]
    form = replace(form, posted=posted, sealed=replace(form.sealed, **sealed))  # type: ignore[arg-type]
    with world.services.database.write() as session:
        readers = world.domain.roster.readers(session, world.desk.key)
        with pytest.raises(FilingRefused) as caught:
            world.domain.filing.file(session, world.desk, readers, form, world.services.clock())
    assert set(rows(world).values()) == {0}
    return {(error.field, error.message_key) for error in caught.value.errors}


def test_filing_writes_rows_of_its_own_and_one_row_of_the_queue(world: World) -> None:
    world.file(LARKSPUR)
    assert rows(world) == {"report": 1, "part": 3, "box": 2, "job": 1}


def test_filing_does_the_same_work_whatever_is_on_file(world: World) -> None:
    world.fold(world.file(LARKSPUR), {"Thornbury": 9006})
    before = rows(world)
    world.file(QUILLFEATHER)
    after = rows(world)
    assert {name: after[name] - before[name] for name in after} == {
        "report": 1,
        "part": 3,
        "box": 2,
        "job": 1,
    }


def test_the_same_form_posted_twice_is_one_report(world: World) -> None:
    form = world.form(LARKSPUR, ("Thornbury",))
    for new in (True, False):
        with world.services.database.write() as session:
            readers = world.domain.roster.readers(session, world.desk.key)
            now = world.services.clock()
            filed = world.domain.filing.file(session, world.desk, readers, form, now)
            assert filed == Filed(form.id, new)
    assert rows(world)["report"] == 1


def test_a_form_id_that_somebody_else_used_is_refused(world: World) -> None:
    form_id = world.file(LARKSPUR)
    form = world.form(QUILLFEATHER, form_id=form_id)
    with world.services.database.write() as session:
        readers = world.domain.roster.readers(session, world.desk.key)
        with pytest.raises(FilingRefused):
            world.domain.filing.file(session, world.desk, readers, form, world.services.clock())


def test_fifty_one_links_are_too_many(world: World) -> None:
    links = tuple(f"https://en.wikipedia.org/wiki/Special:Diff/{n}" for n in range(1, 52))
    assert refused(world, links=links) == {("links", "reports-error-links-many")}


def test_eleven_accounts_are_too_many(world: World) -> None:
    accounts = tuple(f"Account {n}" for n in range(11))
    assert refused(world, accounts=accounts) == {("accounts", "reports-error-accounts-many")}


def test_a_name_longer_than_any_wiki_allows_is_refused(world: World) -> None:
    assert ("accounts", "reports-error-account-long") in refused(world, accounts=("x" * 256,))


def test_a_hostile_link_is_kept_as_it_was_pasted_and_never_asked_about(world: World) -> None:
    report = world.file(LARKSPUR, (), ("https://evil.example/wiki/Special:Diff/5",))
    (link,) = world.facts(report)["links"]
    assert link["rejected"] == "host"
    assert link["address"] is None


def test_boxes_that_lack_a_reader_are_refused(world: World) -> None:
    form = world.form(LARKSPUR)
    fewer = {9003: form.sealed.boxes[9003]}
    assert refused(world, boxes=fewer) == {("form", "reports-error-readers-changed")}


def test_a_box_for_somebody_who_is_no_reader_is_refused(world: World) -> None:
    form = world.form(LARKSPUR)
    more = {**form.sealed.boxes, 4242: form.sealed.boxes[9003]}
    assert refused(world, boxes=more) == {("form", "reports-error-readers-changed")}


def test_with_fewer_than_two_readers_left_nothing_can_be_filed(world: World) -> None:
    errors = refused(world, left_out=frozenset({9003}))
    assert ("left_out", "reports-error-readers-few") in errors


def test_a_narrative_in_the_clear_is_refused(world: World) -> None:
    assert ("form", "reports-error-sealed") in refused(world, narrative=b"What happened was")


def test_a_narrative_for_a_classic_recipient_is_refused(world: World) -> None:
    classic = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"
    assert ("form", "reports-error-sealed") in refused(world, recipient=classic)


def test_a_narrative_of_more_than_64_kib_is_refused(world: World) -> None:
    _, recipient = age.new_identity()
    long = age.seal(bytes(80 * 1024), [recipient])
    assert ("narrative", "reports-error-narrative-long") in refused(world, narrative=long)


def test_the_longest_narrative_is_taken(world: World) -> None:
    report = world.file(LARKSPUR, narrative="x" * 64 * 1024)
    assert len(world.open_part("Rowanbark", report, "narrative")) == 64 * 1024


def test_a_filing_that_the_queue_has_no_room_for_is_refused_at_the_field(world: World) -> None:
    titles = [f"https://en.wikipedia.org/wiki/{n:02}{'%22' * 250}" for n in range(50)]
    names = tuple(f"{n}{chr(1) * 250}" for n in range(10))
    errors = refused(world, links=tuple(titles), accounts=names)
    assert errors == {("links", "reports-error-links-long")}


def test_of_a_link_longer_than_any_link_only_the_beginning_is_kept(world: World) -> None:
    report = world.file(LARKSPUR, (), ("https://en.wikipedia.org/wiki/" + "\x01" * 500_000,))
    (link,) = world.facts(report)["links"]
    assert link["rejected"] == "too-long"
    assert len(link["pasted"]) == 2048
