# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a reader gets of a case as one file, who gets it, and what is written down."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from service.audit.journal import Act
from service.audit.models import AuditEntryRow
from service.export.layout import unique_codes
from service.ids import to_text
from service.reports.record import Stage
from service.sessions.person import Person
from service.thread.story import EventKind
from tests.service.attachments import files
from tests.service.export.exports import (
    BRACKENRIDGE,
    LARKSPUR,
    QUILLFEATHER,
    Attached,
    Export,
    address,
    case_about,
    file_report,
    save,
)
from tests.service.thread.correspondence import add, events_of, report_of, write
from tests.service.visiting import Visitor, sign_in, visit
from tests.service.world import DESK, World

LETTER = Attached("letter.pdf", "pdf", files.PDF)
MAIL = Attached("threat.eml", "mail", files.MAIL + b"x" * 300_000, 2)
WORDS = "He followed me. Quincunx."


@pytest.fixture
def reports(world: World) -> list[bytes]:
    """Two reports about Brackenridge, by two people; the first with two files."""
    return [
        file_report(world, LARKSPUR, WORDS, LETTER, MAIL),
        file_report(world, QUILLFEATHER, "Me, too."),
    ]


def written(world: World, act: Act) -> list[tuple[int, str]]:
    """Who did this to which report, from the audit."""
    with world.services.database.read() as session:
        rows = session.scalars(select(AuditEntryRow)).all()
    values = [world.services.vault.open(AuditEntryRow.blob, one.id, one.blob) for one in rows]
    return [(one["actor"], one["subject"]) for one in values if one["act"] == act.value]


def test_reader_opens_everything_of_it_with_the_own_key(
    reader: Visitor, world: World, reports: list[bytes]
) -> None:
    export = save(reader, address(world))
    key = world.readers["Rowanbark"]

    export.check()
    opened = {code: export.open(code, "narrative", key).decode() for code in export.codes}
    assert sorted(opened.values()) == [WORDS, "Me, too."]
    first = next(code for code, words in opened.items() if words == WORDS)
    about, content = export.open(first, "attachment-1", key).split(b"\n", 1)
    assert (about, content) == (b'{"name": "threat.eml", "kind": "mail"}', MAIL.content)
    assert b"Brackenridge" in export.open(first, "facts", key)
    assert b"Brackenridge" in export.open(first, "accounts", key)


def test_answer_is_a_download_that_is_kept_nowhere(
    reader: Visitor, world: World, reports: list[bytes]
) -> None:
    answer = reader.post(address(world))
    code = re.search(r"Case ([0-9A-Z]{3}-[0-9A-Z]{3})", reader.text(address(world)[:-7]))

    assert code is not None
    assert answer.headers["Content-Disposition"] == f"attachment; filename=case-{code[1]}.zip"
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_stands_in_the_clear_is_what_the_page_shows(
    reader: Visitor, world: World, reports: list[bytes]
) -> None:
    export = save(reader, address(world))
    page = reader.text(address(world).removesuffix("/export"))
    clear = export.files["manifest.json"] + export.files["README.txt"]

    assert list(export.manifest) == ["format", "desk", "case", "made", "reports", "files"]
    assert export.manifest["format"] == "community-support-case/1"
    assert export.manifest["case"] in page
    for one in export.manifest["reports"]:
        assert one.keys() == {"code", "reporter", "day", "mark"}
        assert f"By {one['reporter']}, 3 May 2026." in page
        assert f'id="report-{one["code"]}"' in page
    for one in export.manifest["files"]:
        assert one.keys() == {"path", "report", "part", "size", "sha256"}
    for secret in (
        "Larkspur",
        "Quillfeather",
        "Brackenridge",
        "Quincunx",
        "letter",
        *map(to_text, reports),
    ):
        assert secret.encode() not in clear
    for report in reports:
        assert report_of(world, report).recipient.encode() not in export.content


def test_who_reported_is_not_in_it(reader: Visitor, world: World, reports: list[bytes]) -> None:
    export = save(reader, address(world))

    assert not [path for path in export.files if "identity" in path]


def test_archive_tells_no_time_and_is_its_owners(
    reader: Visitor, world: World, reports: list[bytes]
) -> None:
    for one in save(reader, address(world)).infos:
        assert one.date_time == (1980, 1, 1, 0, 0, 0)
        assert one.external_attr >> 16 == 0o100600
        assert re.fullmatch(
            r"README\.txt|manifest\.json|reports/[0-9A-Z]{4}/[a-z0-9-]+\.age", one.filename
        )


def test_thread_stands_in_its_order(reader: Visitor, world: World, reports: list[bytes]) -> None:
    own = world.add_reader("Willowmere", 103, vouched=False)
    report = file_report(world, (103, "Willowmere"), "Again.", own=own)
    add(world, report, "First.")
    write(world, case_about(world), report, "We have read it.")
    add(world, report, "Third.")

    export = save(reader, address(world))

    key, thread = (
        world.readers["Rowanbark"],
        re.compile(r"reports/(\w+)/((?:added|message)\S*)\.age"),
    )
    found = [match.groups() for path in export.files if (match := thread.fullmatch(path))]
    assert [part for _code, part in found] == [
        *("added-0", "added-facts-0", "message-0", "added-1", "added-facts-1"),
    ]
    assert export.open(found[0][0], "added-0", key) == b"First."


def test_export_is_written_down_for_each_report_and_is_its_opening(
    reader: Visitor, world: World, reports: list[bytes]
) -> None:
    save(reader, address(world))
    save(reader, address(world))

    each = sorted((9003, one.hex()) for one in reports)
    assert sorted(written(world, Act.OPENED)) == each
    assert sorted(written(world, Act.EXPORTED)) == sorted(each * 2)
    for report in reports:
        assert report_of(world, report).meta.stage is Stage.READ
        (opened,) = events_of(world, report)
        assert opened.kind is EventKind.OPENED


def test_reporter_reads_of_a_first_opening_and_not_of_an_export(
    app: Flask, world: World, reports: list[bytes]
) -> None:
    """Two reporters: one whose report was opened on the page, one whose report was exported."""
    opening, exporting = (
        visit(app, world, "Rowanbark"),
        visit(app, world, "Fennelwood", stepped_up=True),
    )
    other = file_report(world, QUILLFEATHER, "Him.", account=("Ashdown", 9008))
    opening.send(f"{address(world, 9008)[:-7]}/sealed", {"reports": [to_text(other)]})
    save(exporting, address(world))

    assert events_of(world, other) == events_of(world, reports[1])
    assert len(events_of(world, other)) == 1


def test_who_was_taken_off_the_roster_meanwhile_gets_no_report(
    reader: Visitor, world: World, reports: list[bytes]
) -> None:
    answer = reader.client.post(address(world), data={"csrf_token": reader.csrf})
    pieces = answer.iter_encoded()
    begun = next(pieces)  # README.txt
    with world.services.database.write() as session:
        member = world.domain.roster.member(session, DESK, 9003)
        assert member is not None
        world.domain.roster.take_off(session, member, world.services.today())

    export = Export(begun + b"".join(pieces))

    assert export.codes == []
    assert export.files.keys() == {"README.txt", "manifest.json"}
    assert written(world, Act.EXPORTED) == []


def test_erased_report_leaves_no_trace_of_its_export(
    reader: Visitor, world: World, reports: list[bytes]
) -> None:
    save(reader, address(world))
    with world.services.database.write() as session:
        world.domain.erasing.erase(session, reports[0], Act.WITHDRAWN, world.services.today())

    assert written(world, Act.EXPORTED) == [(9003, reports[1].hex())]


def test_without_the_key_nothing_goes_out_and_nothing_is_written(
    app: Flask, world: World, reports: list[bytes]
) -> None:
    visitor = visit(app, world, "Rowanbark")

    page = visitor.post(address(world))
    script = visitor.send(address(world), {})

    assert (page.status_code, script.status_code) == (403, 403)
    assert "data-step-up" in page.text
    assert script.get_json()["error"] == "step-up"
    assert written(world, Act.EXPORTED) == written(world, Act.OPENED) == []


def test_it_is_posted_with_the_token_of_a_form(
    reader: Visitor, world: World, reports: list[bytes]
) -> None:
    assert reader.get(address(world)).status_code == 405
    assert reader.client.post(address(world)).status_code == 400
    assert written(world, Act.EXPORTED) == []


def test_hidden_foreign_and_absent_cases_are_answered_alike(
    app: Flask, world: World, reports: list[bytes]
) -> None:
    world.add_reader("Brackenridge", BRACKENRIDGE)
    recused = visit(app, world, "Brackenridge", stepped_up=True)

    hidden, absent = recused.post(address(world)), recused.post(address(world, 4242))

    assert hidden.status_code == absent.status_code == 404
    bodies = [
        re.sub(r'content="[^"]+"|value="[^"]+"|[0-9a-f]{16}', "", one.text)
        for one in (hidden, absent)
    ]
    assert bodies[0] == bodies[1]
    assert written(world, Act.EXPORTED) == []


def test_nobody_but_the_desks_readers_gets_it(
    app: Flask, world: World, reports: list[bytes]
) -> None:
    world.add_reader("Marlowick", 9005, vouched=False)
    waiting = visit(app, world, "Marlowick", stepped_up=True)
    person = Person(*LARKSPUR, rights_checked=world.services.clock())
    reporter = sign_in(app, world.services, person)

    assert waiting.post(address(world)).status_code == 404
    assert reporter.post(address(world)).status_code == 404
    assert app.test_client().post(address(world)).status_code in {400, 401}


def test_what_is_held_is_not_in_it(app: Flask, world: World) -> None:
    file_report(world, LARKSPUR, "Open.")
    file_report(world, QUILLFEATHER, "Held. Zephyr.", LETTER, hold="5")

    export = save(visit(app, world, "Rowanbark", stepped_up=True), address(world))

    assert len(export.codes) == 1
    assert export.open(export.codes[0], "narrative", world.readers["Rowanbark"]) == b"Open."


def test_report_without_a_box_is_not_in_it_and_a_case_of_such_reports_is_none(
    app: Flask, world: World, reports: list[bytes]
) -> None:
    world.add_reader("Marlowick", 9005)
    newcomer = visit(app, world, "Marlowick", stepped_up=True)
    assert "data-export" not in newcomer.text(address(world).removesuffix("/export"))
    assert newcomer.post(address(world)).status_code == 404

    file_report(world, QUILLFEATHER, "For all three.")

    assert "data-export" in newcomer.text(address(world).removesuffix("/export"))
    export = save(newcomer, address(world))
    assert [
        export.open(code, "narrative", world.readers["Marlowick"]) for code in export.codes
    ] == [b"For all three."]
    assert len(written(world, Act.EXPORTED)) == 1


def test_codes_that_meet_by_chance_get_a_number() -> None:
    codes = unique_codes(["7K2M", "QQ12", "7K2M", "7K2M"])

    assert codes == ["7K2M", "QQ12", "7K2M-2", "7K2M-3"]


def test_offline_reader_is_the_same_for_everybody_and_never_a_page_of_this_site(
    app: Flask, reader: Visitor, world: World, reports: list[bytes]
) -> None:
    found = re.search(
        r'href="(/static/offline-[A-Z0-9]{4,8}\.html)"', reader.text(address(world)[:-7])
    )
    assert found is not None

    for client in (reader.client, app.test_client()):
        answer = client.get(found[1])
        assert answer.status_code == 200
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
