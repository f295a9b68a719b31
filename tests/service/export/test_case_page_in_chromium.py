# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the page of a case to the offline reader, as a functionary goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.service.attachments import files
from tests.service.attachments.pages import (
    attach,
    expect_listed,
    expect_sent,
    open_form,
    payload,
    send,
)
from tests.service.desks.scene import PASSPHRASES, Scene, unlock
from tests.service.export.exports import Export
from tests.service.export.offline import Reader, opened
from tests.service.export.test_offline_in_chromium import AXE

pytestmark = pytest.mark.browser

OpenPage = Callable[[], Page]


@pytest.fixture
def filed(scene: Scene, open_page: OpenPage) -> None:
    """Larkspur's report with a mail, in its case."""
    form = open_page()
    open_form(form, scene.tool)
    attach(form, payload("threat.eml", files.MAIL))
    expect_listed(form, "threat.eml")
    send(form)
    expect_sent(form)
    scene.tool.work()


@pytest.fixture
def page(filed: None, scene: Scene, open_page: OpenPage) -> Page:
    """Rowanbark's, with the case open and the key still locked."""
    page = open_page()
    scene.enter(page, "Rowanbark")
    page.locator("[data-row]").first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Take this case along")).to_be_visible()
    return page


def save(page: Page) -> Export:
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save the case").click()
    name = saving.value.suggested_filename
    code = page.locator("h1").inner_text().removeprefix("Case ")
    assert name == f"case-{code}.zip"
    return Export(saving.value.path().read_bytes())


def key_file(page: Page, folder: Path) -> bytes:
    """The locked key, saved on its page."""
    page.goto("/key")
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save the file").first.click()
    saving.value.save_as(folder / "key.age")
    return (folder / "key.age").read_bytes()


def test_case_is_saved_and_read_where_there_is_no_network(
    page: Page, chromium: Browser, tmp_path: Path
) -> None:
    unlock(page, "Rowanbark")
    expect(page.get_by_text("One report is open.")).to_be_visible()
    export = save(page)
    export.check()
    expect(page.get_by_text("Your browser is saving the file.")).to_be_visible()
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save the page that reads it").click()
    assert saving.value.suggested_filename == "offline-reader.html"
    saving.value.save_as(tmp_path / "offline-reader.html")
    locked = key_file(page, tmp_path)

    with opened(chromium, tmp_path / "offline-reader.html") as reader:
        read(reader, export, locked)


def read(reader: Reader, export: Export, locked: bytes) -> None:
    reader.choose(export.content)
    reader.choose_key(("key-passphrase.age", locked))
    reader.page.get_by_label("Passphrase or recovery code").fill(PASSPHRASES["Rowanbark"])
    reader.open()
    card = reader.card("He sent me these.")
    expect(card).to_be_visible()
    expect(reader.page.get_by_text("sealed files are there")).to_be_visible()
    card.get_by_role("button", name="Open: threat.eml").click()
    expect(card.locator("pre")).to_contain_text("I know where you live")
    expect(reader.page.get_by_text("About: Thornbury")).to_be_visible()


def test_key_that_is_still_locked_is_asked_for_first(page: Page) -> None:
    """The form goes as it is; the page in between asks, and leads back."""
    page.get_by_role("button", name="Save the case").click()
    expect(page.get_by_role("heading", name="Show your key once more")).to_be_visible()
    field = page.get_by_label("Passphrase or recovery code")
    field.fill(PASSPHRASES["Rowanbark"])
    field.press("Enter")
    expect(page.get_by_role("heading", name="Take this case along")).to_be_visible()

    save(page).check()


def test_without_a_script_it_says_what_it_needs(
    page: Page, scene: Scene, chromium: Browser
) -> None:
    with chromium.new_context(java_script_enabled=False, base_url=scene.tool.base_url) as context:
        plain = context.new_page()
        scene.enter(plain, "Rowanbark", page.url)
        section = plain.locator(
            "section", has=plain.get_by_role("heading", name="Take this case along")
        )
        expect(section.get_by_text("That needs JavaScript")).to_be_visible()
        expect(section.get_by_role("button")).to_be_hidden()


def test_line_that_breaks_is_told(page: Page) -> None:
    unlock(page, "Rowanbark")
    expect(page.get_by_text("One report is open.")).to_be_visible()
    page.route("**/key/step-up/challenge", lambda route: route.abort())

    page.get_by_role("button", name="Save the case").click()

    expect(page.locator("[data-export-said]")).to_contain_text("There was no answer")


def test_axe_finds_nothing_and_a_phone_shows_it_whole(page: Page) -> None:
    unlock(page, "Rowanbark")
    expect(page.get_by_text("One report is open.")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], [n["html"] for n in one["nodes"]]) for one in found["violations"]] == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(wider) == 0
    assert "\u29fc" not in page.locator("body").inner_text()
