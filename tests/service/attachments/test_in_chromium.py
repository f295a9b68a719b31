# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files from a reporter's form to a reader's screen, in Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.service.attachments import files
from tests.service.attachments.pages import (
    attach,
    expect_listed,
    expect_sent,
    open_form,
    payload,
    rows,
    send,
)
from tests.service.desks.scene import Scene, unlock
from tests.service.reports.live import Watched
from tests.service.web.browser.node import REPOSITORY

pytestmark = pytest.mark.browser

OpenPage = Callable[[], Page]

AXE = (REPOSITORY / "node_modules/axe-core/axe.min.js").read_text("utf-8")


@pytest.fixture
def form(open_page: OpenPage, scene: Scene) -> Page:
    """Larkspur's form."""
    page = open_page()
    open_form(page, scene.tool)
    return page


def file(form: Page) -> None:
    """A photo, a letter and a mail."""
    attach(
        form,
        payload("IMG_1.jpeg", files.with_exif(files.paint(form, "jpeg"))),
        payload("letter.pdf", files.PDF),
        payload("threat.eml", files.MAIL),
    )
    expect_listed(form, "IMG_1.jpg", "letter.pdf", "threat.eml")
    send(form)
    expect_sent(form)


def read_case(page: Page, scene: Scene) -> Locator:
    """Rowanbark opens the one case; the files on its card."""
    scene.tool.work()
    scene.enter(page, "Rowanbark")
    unlock(page, "Rowanbark")
    page.locator("[data-row]").first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Files")).to_be_visible()
    return page.locator(".cs-files > li")


def test_files_reach_a_reader_and_nobody_between_can_read_them(
    form: Page, scene: Scene, open_page: OpenPage
) -> None:
    watched = Watched.on(form)
    file(form)
    assert not watched.holds("Quincunx")
    assert not watched.holds("threat.eml")
    assert rows(scene.tool)[1] == 0

    reader = open_page()
    listed = read_case(reader, scene)
    expect(listed).to_have_count(3)
    expect(listed.nth(0)).to_contain_text("IMG_1.jpg · picture · ")
    expect(listed.nth(2)).to_contain_text("threat.eml · e-mail · 0.2 kB")


def test_picture_is_blurred_until_asked(form: Page, scene: Scene, open_page: OpenPage) -> None:
    file(form)
    photo = read_case(open_page(), scene).nth(0)

    photo.get_by_role("button", name="Open").click()
    picture = photo.get_by_role("img", name="IMG_1.jpg")
    expect(picture).to_be_visible()
    filtered = "one => getComputedStyle(one).filter"
    assert "blur" in picture.evaluate(filtered)
    photo.get_by_role("button", name="Show it without the blur").click()
    assert picture.evaluate(filtered) == "none"
    photo.get_by_role("button", name="Blur it again").click()
    assert "blur" in picture.evaluate(filtered)
    photo.get_by_role("button", name="Close").click()
    expect(picture).to_have_count(0)
    expect(photo.get_by_role("button", name="Open")).to_be_focused()


def test_what_is_in_a_mail_is_text(form: Page, scene: Scene, open_page: OpenPage) -> None:
    file(form)
    page = open_page()
    mail = read_case(page, scene).nth(2)

    mail.get_by_role("button", name="Open").click()

    expect(mail.locator("pre")).to_contain_text("<img src=x onerror=alert(1)> I know where")
    assert page.locator(".cs-files :is(img, iframe, script, object, embed)").count() == 0


def test_pdf_is_saved_after_a_warning_and_never_shown(
    form: Page, scene: Scene, open_page: OpenPage, tmp_path: Path
) -> None:
    file(form)
    page = open_page()
    letter = read_case(page, scene).nth(1)
    expect(letter).to_contain_text("A PDF can run programs")

    with page.expect_download() as saving:
        letter.get_by_role("button", name="Save").click()

    assert saving.value.suggested_filename == "letter.pdf"
    saving.value.save_as(tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == files.PDF


def test_reporter_opens_the_own_files_with_the_own_key(form: Page) -> None:
    form.locator('label[for="key-make"]').click()
    attach(form, payload("threat.eml", files.MAIL))
    send(form)
    code = form.locator('[data-secret="recovery"]').inner_text()
    form.get_by_role("button", name="I have kept it").click()
    expect_sent(form)
    form.get_by_role("link", name="Go to your report").click()
    form.get_by_label("Passphrase or recovery code").fill(code)
    form.get_by_role("button", name="Unlock").click()

    form.get_by_role("button", name="Open: threat.eml").click()

    expect(form.locator(".cs-files pre")).to_contain_text("I know where you live")


class TestTampered:
    """A server, or whoever writes to its database, changes what it hands out."""

    @pytest.fixture
    def page(self, form: Page, scene: Scene, open_page: OpenPage) -> Page:
        file(form)
        page = open_page()
        read_case(page, scene)
        return page

    def open_mail(self, page: Page) -> Locator:
        mail = page.locator(".cs-files > li").nth(2)
        mail.get_by_role("button", name="Open").click()
        return mail

    @pytest.mark.parametrize("at", [20, 100, 2000, 200_000, -1])
    def test_a_flipped_bit_is_named(self, page: Page, at: int) -> None:
        def flip(route: Route) -> None:
            body = bytearray(route.fetch().body())
            body[at] ^= 1
            route.fulfill(body=bytes(body), content_type="application/octet-stream")

        page.route("**/attachments", flip)
        mail = self.open_mail(page)

        expect(mail).to_contain_text("it was changed after it was sealed")
        expect(mail.locator("pre")).to_have_count(0)

    @pytest.mark.parametrize("kept", [0, 1000, 262_143])
    def test_a_file_that_is_cut_off_is_named(self, page: Page, kept: int) -> None:
        def cut(route: Route) -> None:
            body = route.fetch().body()[:kept]
            route.fulfill(body=body, content_type="application/octet-stream")

        page.route("**/attachments", cut)

        expect(self.open_mail(page)).to_contain_text("a piece of it is missing")

    def test_another_file_of_the_report_in_its_place_is_named(self, page: Page) -> None:
        def swap(route: Route) -> None:
            asked = json.loads(route.request.post_data or "")
            route.continue_(post_data=json.dumps({**asked, "number": 1}))

        page.route("**/attachments", swap)

        expect(self.open_mail(page)).to_contain_text("somebody swapped it")

    def test_a_file_of_another_report_does_not_open(
        self, page: Page, form: Page, scene: Scene
    ) -> None:
        open_form(form, scene.tool, "Quillfeather")
        file(form)
        scene.tool.work()
        page.reload()
        expect(page.locator(".cs-files")).to_have_count(2)
        cards = page.locator("[data-report]")
        other = cards.nth(1).get_attribute("data-report")

        def swap(route: Route) -> None:
            asked = json.loads(route.request.post_data or "")
            route.continue_(post_data=json.dumps({**asked, "report": other}))

        page.route("**/attachments", swap)
        mail = cards.nth(0).locator(".cs-files > li").nth(2)
        mail.get_by_role("button", name="Open").click()

        expect(mail).to_contain_text("it was changed after it was sealed")
        expect(mail.locator("pre")).to_have_count(0)

    def test_line_that_breaks_is_told_and_asking_again_goes_on(self, page: Page) -> None:
        page.context.set_offline(True)
        mail = self.open_mail(page)
        expect(mail).to_contain_text("There was no answer", timeout=90_000)
        page.context.set_offline(False)
        mail.get_by_role("button", name="Open").click()

        expect(mail.locator("pre")).to_contain_text("I know where you live")


def test_axe_finds_nothing_and_a_phone_shows_it_whole(
    form: Page, scene: Scene, open_page: OpenPage
) -> None:
    long = "screenshot-of-what-he-wrote-on-my-talk-page-" * 3
    attach(
        form,
        payload(f"{long}.png", files.paint(form, "png", 1600, 900)),
        payload("threat.eml", files.MAIL + b"x" * 500),
        payload("map.svg", files.SVG),
    )
    expect(form.locator("#error-attachments")).to_be_visible()
    looked_at(form)
    form.get_by_role("button", name="Seal and send").click()
    expect_sent(form)
    page = open_page()
    page.set_viewport_size({"width": 320, "height": 640})
    listed = read_case(page, scene)
    for number in (0, 1):
        listed.nth(number).get_by_role("button", name="Open").click()
    expect(page.locator(".cs-picture")).to_be_visible()
    expect(page.locator(".cs-files pre")).to_be_visible()
    looked_at(page)


def looked_at(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], [n["html"] for n in one["nodes"]]) for one in found["violations"]] == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(wider) == 0
    page.evaluate("document.documentElement.dir = 'ltr'")
    assert "\u29fc" not in page.locator("body").inner_text()
