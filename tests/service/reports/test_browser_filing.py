# SPDX-License-Identifier: AGPL-3.0-or-later
"""A reporter in Chromium: signs in on the wiki, reads who will see it, writes, seals, sends."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from service.ids import to_bytes, to_text
from service.sealing.parts import PartContext, unframe
from tests.service.reports.desk import ReaderKey
from tests.service.reports.live import Tool, Watched, sign_in
from tests.service.sealing.age_opener import open_file

pytestmark = pytest.mark.browser

WORDS = "He followed me from page to page. Quincunx."


def write(page: Page, words: str = WORDS) -> None:
    page.get_by_label("What happened?").fill(words)


def send(page: Page) -> None:
    page.get_by_role("button", name="Seal and send").click()


def test_report_is_sealed_in_the_browser_and_its_readers_can_open_it(
    page: Page, tool: Tool, keys: dict[str, ReaderKey]
) -> None:
    sign_in(page, "Larkspur")
    page.get_by_role("link", name="Write to this desk").click()
    watched = Watched.on(page)

    write(page)
    page.get_by_label("Which accounts is it about?").fill("user:thornbury")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("[data-readers-count]")).to_have_text(re.compile("^2 people can open"))
    page.get_by_label("Go without").check(force=True)
    send(page)

    expect(page.get_by_role("heading", name="Your report has arrived")).to_be_visible()
    assert not watched.holds("Quincunx")
    report_id = to_bytes(page.url.split("/")[-2])
    reports = tool.services.domain.reports
    with tool.services.database.read() as session:
        report = reports.get(session, report_id)
        assert report is not None
        part = reports.parts(session, report, ["narrative"])["narrative"]
        box = reports.boxes(session, [report_id], keys["Rowanbark"].central_id)[report_id]
        named = reports.boxes(session, [report_id], keys["Thornbury"].central_id)
    assert named == {}
    text = to_text(report_id)
    identity = unframe(PartContext(text, "box"), open_file(box, [keys["Rowanbark"].identity]))
    narrative = open_file(part, [identity.decode()])
    assert unframe(PartContext(text, "narrative"), narrative).decode() == WORDS
