# SPDX-License-Identifier: AGPL-3.0-or-later
"""A reporter whose program seals nonsense, correctly: it hides no other report from the reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from service.cases.fold import ResolvedName
from service.ids import to_text
from service.reports.record import MANIFEST, Attachment
from service.reports.store import seal_part
from service.sealing import age
from service.sealing.parts import BOX_STEP, PartContext, frame
from tests.service.desks.scene import Scene, unlock
from tests.service.desks.worlds import case_about
from tests.service.visiting import case_address
from tests.service.world import DESK

pytestmark = pytest.mark.browser

NO_TEXT = b"\xff\xfe\x00"
A_FILE = b'{"number":0,"name":"a.pdf","kind":"%s","size":%s,"chunks":1}'
LISTS = [
    NO_TEXT,
    b"{",
    b'{"files":5}',
    b'{"files":[null]}',
    b'{"files":[' + A_FILE % (b"script", b"5") + b"]}",
    b'{"files":[' + A_FILE % (b"pdf", b'"5"') + b"]}",
]


def with_narrative(scene: Scene, body: bytes) -> None:
    """One more report, whose reporter's browser sealed ``body``."""
    world, person = scene.world, (scene.id_of("Larkspur"), "Larkspur")
    form = world.form(person, ("Thornbury",))
    narrative = seal_part(form.sealed.recipient, form.id, "narrative", body)
    form = replace(form, sealed=replace(form.sealed, narrative=narrative))
    names = [ResolvedName("Thornbury", "Thornbury", scene.id_of("Thornbury"))]
    with world.services.database.write() as session:
        readers = world.domain.roster.readers(session, DESK)
        world.domain.filing.file(session, world.desk, readers, form, world.services.clock())
    with world.services.database.write() as session:
        world.domain.folding.fold(session, form.id, names, ())


def with_list(scene: Scene, body: bytes) -> None:
    """The same with a list of files."""
    report_id = scene.fold("Larkspur", "Thornbury", "It hurt.")
    reports = scene.tool.services.domain.reports
    with scene.tool.services.database.write() as session:
        report = reports.get(session, report_id, lock=True)
        assert report is not None
        meta = replace(report.meta, attachments=(Attachment(0, 1),))
        reports.save_meta(session, report_id, meta)
        sealed = seal_part(report.recipient, report_id, MANIFEST, body)
        reports.put_part(session, report_id, MANIFEST, sealed)


def with_box(scene: Scene, body: bytes) -> None:
    """The same with the box of a reader."""
    report_id = scene.fold("Larkspur", "Thornbury", "It hurt.")
    services, central_id = scene.tool.services, scene.id_of("Rowanbark")
    framed = frame(PartContext(to_text(report_id), "box"), body, BOX_STEP)
    with services.database.write() as session:
        key = services.domain.keys.of(session, central_id)
        assert key is not None
        box = age.seal(framed, [key.recipient])
        services.domain.reports.put_box(session, report_id, central_id, box)


def test_nonsense_of_one_reporter_hides_no_other_report(
    scene: Scene, open_page: Callable[[], Page]
) -> None:
    scene.fold("Quillfeather", "Thornbury", "The first that is well.")
    with_narrative(scene, NO_TEXT)
    for listed in LISTS:
        with_list(scene, listed)
    with_box(scene, NO_TEXT)
    scene.fold("Quillfeather", "Thornbury", "The last that is well.")
    page = open_page()
    case = case_about(scene.world, scene.id_of("Thornbury"))
    scene.enter(page, "Rowanbark", case_address(case))

    unlock(page, "Rowanbark")

    for narrative in ("The first that is well.", "The last that is well."):
        expect(page.locator("[data-report]", has_text=narrative)).to_have_count(1)
    # A list of files that cannot be read does not hide what its reporter wrote either.
    expect(page.locator(".cs-words", has_text="It hurt.")).to_have_count(len(LISTS))
    closed = page.get_by_text("This report could not be opened")
    expect(closed).to_have_count(2 + len(LISTS))
    expect(page.locator("[data-account-here]")).to_have_text("Thornbury")
