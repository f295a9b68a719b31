# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form's files in Chromium: what is taken, and what survives of it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from service.attachments.sizes import CHUNK, CLASSES
from tests.service.attachments import files
from tests.service.attachments.pages import (
    PATIENCE,
    attach,
    expect_listed,
    expect_sent,
    filed,
    open_form,
    opened,
    payload,
    rows,
    send,
)
from tests.service.reports.desk import DESK, ReaderKey
from tests.service.reports.live import Tool, Watched

pytestmark = pytest.mark.browser

MIB = 1024 * 1024
HIDING: dict[str, Callable[[bytes], bytes]] = {
    "jpeg": files.with_exif,
    "png": files.png_with_text,
    "webp": files.webp_with_exif,
}


@pytest.fixture
def form(page: Page, tool: Tool, keys: dict[str, ReaderKey]) -> Page:
    open_form(page, tool)
    return page


def error(page: Page) -> str:
    place = page.locator("#error-attachments")
    expect(place).to_be_visible(timeout=PATIENCE)
    return place.inner_text()


def expect_no_trace(plaintext: bytes) -> None:
    """None of what ``files`` hides in pictures, in either byte order of its numbers."""
    for trace in (files.MARKED, files.LATITUDE, b"Exif", b"eXIf", b"xmpmeta", b"PK\x03\x04"):
        assert trace not in plaintext
    assert files.HTML not in plaintext


@pytest.mark.parametrize(("kind", "ending"), [("jpeg", "jpg"), ("png", "png"), ("webp", "png")])
def test_nothing_of_a_pictures_metadata_survives(
    form: Page, tool: Tool, keys: dict[str, ReaderKey], kind: str, ending: str
) -> None:
    painted = files.paint(form, kind)
    picture = HIDING[kind](painted)
    assert files.MARKED in picture
    assert files.LATITUDE in picture
    attach(form, payload(f"holiday.{kind}", picture))
    expect_listed(form, f"holiday.{ending}")
    send(form)
    expect_sent(form)

    (plaintext,) = opened(tool, filed(form, tool), keys["Rowanbark"])
    line, picture = plaintext.split(b"\n", 1)
    assert json.loads(line) == {"name": f"holiday.{ending}", "kind": "picture"}
    assert picture.startswith(b"\xff\xd8\xff" if ending == "jpg" else b"\x89PNG")
    expect_no_trace(plaintext)


def test_picture_that_is_a_page_and_an_archive_as_well_becomes_a_picture_only(
    form: Page, tool: Tool, keys: dict[str, ReaderKey]
) -> None:
    jpeg = files.paint(form, "jpeg") + files.HTML + b"PK\x03\x04" + files.MARKED
    attach(form, payload("a.jpg", jpeg), payload("b.gif", files.GIF + files.HTML + files.MARKED))
    expect_listed(form, "a.jpg", "b.png")
    send(form)
    expect_sent(form)

    for plaintext in opened(tool, filed(form, tool), keys["Rowanbark"]):
        expect_no_trace(plaintext)


def test_picture_is_turned_as_the_camera_held_it(
    form: Page, tool: Tool, keys: dict[str, ReaderKey]
) -> None:
    """Orientation is metadata as well: it goes into the pixels before it goes."""
    attach(form, payload("turned.jpg", files.with_exif(files.paint(form, "jpeg", 64, 48), 6)))
    send(form)
    expect_sent(form)

    (plaintext,) = opened(tool, filed(form, tool), keys["Rowanbark"])
    picture = list(plaintext.split(b"\n", 1)[1])
    look = """async (bytes) => {
        const found = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
        const canvas = new OffscreenCanvas(found.width, found.height);
        const context = canvas.getContext("2d");
        context.drawImage(found, 0, 0);
        const [red] = context.getImageData(found.width - 4, 4, 1, 1).data;
        const [, green] = context.getImageData(4, 4, 1, 1).data;
        return [found.width, found.height, red > 240, green > 240];
    }"""
    assert form.evaluate(look, picture) == [48, 64, True, False]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.svg", files.SVG),
        ("photo.png", files.SVG),
        ("photo.png", files.HTML),
        ("letter.eml", files.HTML),
        ("letter.pdf", b"\n" + files.PDF),
        ("letter.eml", b"MZ\x90\0From: x\nSubject: y\n"),
        ("page.mhtml", b"<!-- From: a\nSubject: b -->" + files.HTML),
        ("tool.exe", b"MZ\x90\0"),
        ("words.txt", b"Only words."),
        ("photo.heic", b"\0\0\0\x18ftypheic"),
    ],
)
def test_every_other_kind_is_refused_at_the_field(form: Page, name: str, content: bytes) -> None:
    attach(form, payload(name, content, "image/png"))

    assert f"“{name}” is of a kind that is not taken" in error(form)
    expect(form.get_by_label("Files, if you have any")).to_be_focused()
    expect_listed(form)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.png", b"", "is of a kind that is not taken"),
        ("cut.png", b"\x89PNG\r\n\x1a\n", "cannot be read"),
        ("cut.jpg", b"\xff\xd8\xff\xe0", "cannot be read"),
        ("bomb.png", files.png_of_size(9000, 9000), "has too many points"),
        ("broken.png", files.png_of_size(20, 20)[:45], "cannot be read"),
        ("long.pdf", files.pdf(10 * MIB + 1), "is larger than 10 MB"),
    ],
)
def test_what_cannot_be_taken_says_why(form: Page, name: str, content: bytes, said: str) -> None:
    attach(form, payload(name, content))

    assert said in error(form)
    expect_listed(form)


def test_one_that_is_refused_does_not_keep_the_others_out(form: Page) -> None:
    attach(form, payload("a.svg", files.SVG), payload("b.pdf", files.PDF), payload("c", b"c"))

    expect_listed(form, "b.pdf")
    assert "“a.svg” is of a kind" in error(form)
    assert "“c” is of a kind" in error(form)


def test_51_mb_in_all_are_one_file_too_many(form: Page) -> None:
    """In two goes: what goes to Chromium in one may have 50 MB."""
    part = files.pdf(17 * MIB // 2)
    attach(form, *(payload(f"{n}.pdf", part) for n in range(3)))
    expect_listed(form, *(f"{n}.pdf" for n in range(3)))
    attach(form, *(payload(f"{n}.pdf", part) for n in range(3, 6)))

    assert "All files together would be larger than 50 MB" in error(form)
    expect_listed(form, *(f"{n}.pdf" for n in range(5)))


def test_21st_file_is_one_too_many(form: Page) -> None:
    attach(form, *(payload(f"{n}.pdf", files.PDF) for n in range(21)))

    assert "at most 20 files" in error(form)
    expect(form.locator("[data-attachments-list] > li")).to_have_count(20)


def test_file_that_was_taken_off_the_list_is_not_sent(
    form: Page, tool: Tool, keys: dict[str, ReaderKey]
) -> None:
    attach(form, payload("a.pdf", files.PDF), payload("b.eml", files.MAIL))
    form.get_by_role("button", name="Take “a.pdf” off the list").click()
    expect_listed(form, "b.eml")
    expect(form.get_by_label("Files, if you have any")).to_be_focused()
    send(form)
    expect_sent(form)

    (mail,) = opened(tool, filed(form, tool), keys["Rowanbark"])
    assert mail.endswith(files.MAIL)


def test_name_loses_what_would_turn_it_round(
    form: Page, tool: Tool, keys: dict[str, ReaderKey]
) -> None:
    attach(form, payload("harmless\u202efdp.exe", files.PDF))

    expect_listed(form, "harmless fdp.pdf")


def test_dropped_file_is_taken_wherever_it_falls(form: Page) -> None:
    form.evaluate(
        """(content) => {
            const data = new DataTransfer();
            data.items.add(new File([content], "dropped.pdf"));
            document.querySelector("#narrative").dispatchEvent(
                new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        files.PDF.decode(),
    )

    expect_listed(form, "dropped.pdf")


def test_file_that_is_refused_after_the_button_was_pressed_stops_the_report(
    form: Page, tool: Tool
) -> None:
    """Both in one task of the page: the file is looked at while the report is on its way."""
    form.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["<svg/>"], "map.svg"));
            document.dispatchEvent(
                new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
            document.querySelector("[data-send]").click();
        }"""
    )

    assert "“map.svg” is of a kind that is not taken" in error(form)
    assert form.url.endswith(f"/report/{DESK}")
    send(form)
    expect_sent(form)


def test_report_without_files_asks_for_nothing_more(form: Page) -> None:
    watched = Watched.on(form)
    send(form)
    expect_sent(form)

    assert not [one for one in watched.requests if "attachments" in one.url]


def test_stored_sizes_are_those_of_the_classes(form: Page, tool: Tool) -> None:
    sizes = [len(files.PDF), CHUNK - 3000, CHUNK, 5 * CHUNK, 9 * CHUNK, 10 * MIB]
    attach(form, *(payload(f"{n}.pdf", files.pdf(size)) for n, size in enumerate(sizes)))
    send(form)
    expect_sent(form)

    counts = [one.chunks for one in filed(form, tool).meta.attachments]
    assert counts == [1, 1, 2, 6, 12, 41]
    assert set(counts) <= set(CLASSES)
    assert rows(tool) == (sum(counts), 0)
