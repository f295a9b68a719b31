# SPDX-License-Identifier: AGPL-3.0-or-later
"""The warning line and the page behind it, in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from service.matching.tokens import Kind
from service.reports.models import ReportRow
from tests.axe import axe_faults
from tests.service.desks.conftest import open_page, scene
from tests.service.desks.scene import QUEUE, Scene

__all__ = ["open_page", "scene"]

pytestmark = pytest.mark.browser


@pytest.fixture
def page(open_page: Callable[[], Page], scene: Scene) -> Page:
    """A reader looks at a list with a case whose only report will be erased in ten days."""
    report = scene.fold("Larkspur", "Thornbury", "It hurt.")
    services = scene.tool.services
    day = services.today() - timedelta(days=355)
    with services.database.write() as session:
        session.execute(update(ReportRow).where(ReportRow.id == report).values(day=day))
        found = services.domain.reports.get(session, report)
        assert found is not None
        services.domain.cases.refresh(session, found.desk, found.meta.tokens(Kind.ACCOUNT))
    page = open_page()
    scene.enter(page, "Rowanbark", QUEUE)
    return page


def check(page: Page) -> None:
    assert axe_faults(page) == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(wider) == 0
    page.evaluate("document.documentElement.dir = 'ltr'")


def test_reader_is_warned_and_keeps_the_report_with_a_reason(page: Page, scene: Scene) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    expect(page.locator("[data-row] [data-ends]")).to_contain_text("erased from")
    check(page)
    page.locator("[data-row]").get_by_role("link").click()
    expect(page.locator("[data-report] [data-ends]")).to_contain_text("Will be erased on")
    check(page)

    page.get_by_role("link", name="Keep it longer").click()
    expect(page.get_by_label("Why is it still needed?")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Keep it until").click()
    field = page.get_by_label("Why is it still needed?")
    expect(page.get_by_role("alert").filter(has_text="Please say why")).to_be_visible()
    expect(field).to_be_focused()
    check(page)
    field.fill("An appeal is open.")
    field.press("Enter")

    expect(page.locator("[data-report]")).to_have_count(1)
    expect(page.locator("[data-ends]")).to_have_count(0)
    page.goto(QUEUE)
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-ends]")).to_have_count(0)
