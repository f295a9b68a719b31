# SPDX-License-Identifier: AGPL-3.0-or-later
"""The offline reader in Chromium, from ``file://``, with real exports, whole and tampered with."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, expect

from service.database import Database
from service.migrations.tables import all_tables
from service.sealing import age
from service.sealing.parts import PartContext, frame
from tests.service.attachments import files
from tests.service.desks.scene import PASSPHRASES, make_key
from tests.service.export.exports import (
    LARKSPUR,
    QUILLFEATHER,
    Attached,
    Export,
    address,
    case_about,
    file_report,
    save,
)
from tests.service.export.offline import Reader, opened, page_in, plain
from tests.service.keys.holder import keyring_of
from tests.service.reports.desk import ReaderKey
from tests.service.sealing.age_opener import open_file
from tests.service.sealing.age_peer import AgePeer
from tests.service.thread.correspondence import add, write
from tests.service.visiting import visit
from tests.service.web.browser.node import REPOSITORY
from tests.service.world import World

pytestmark = pytest.mark.browser

AXE = (REPOSITORY / "node_modules/axe-core/axe.min.js").read_text("utf-8")
HOSTILE = '<img src="x" onerror="document.title=1"><script>document.title=2</script> Quincunx.'
PICTURE = Attached("screenshot.png", "picture", files.png_of_size(64, 48))
MAIL = Attached("threat.eml", "mail", files.MAIL)
LETTER = Attached("letter.pdf", "pdf", files.PDF)

Change = Callable[[dict[str, bytes]], object]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite: what is tested here is a page."""
    url = f"sqlite:///{tmp_path / 'tables.sqlite'}"
    made = Database(url)
    all_tables().create_all(made.engine)
    made.dispose()
    return url


@pytest.fixture
def key(world: World) -> ReaderKey:
    return world.readers["Rowanbark"]


@pytest.fixture
def export(app: Flask, world: World) -> Export:
    """Two reports; the first with files, an addition and an answer."""
    own = world.add_reader("Willowmere", 103, vouched=False)
    first = file_report(world, (103, "Willowmere"), HOSTILE, PICTURE, MAIL, LETTER, own=own)
    file_report(world, QUILLFEATHER, "Me, too.")
    write(world, case_about(world), first, "We have read it.")
    add(world, first, "And again. Zephyr.")
    return save(visit(app, world, "Rowanbark", stepped_up=True), address(world))


@pytest.fixture
def offline(chromium: Browser, built_bundle: Path) -> Iterator[Reader]:
    expect.set_options(timeout=30_000)
    with opened(chromium, page_in(built_bundle)) as reader:
        yield reader


def packed(contents: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", compression) as archive:
        for path, content in contents.items():
            archive.writestr(path, content)
    return into.getvalue()


def changed(export: Export, change: Change) -> bytes:
    contents = dict(export.files)
    change(contents)
    return packed(contents)


def listed_anew(contents: dict[str, bytes]) -> None:
    """Whoever changes files can write the list anew, too: it is not sealed."""
    listing = json.loads(contents["manifest.json"])
    listing["files"] = [
        one | {"size": len(contents[one["path"]]), "sha256": hash_of(contents[one["path"]])}
        for one in listing["files"]
    ]
    contents["manifest.json"] = json.dumps(listing).encode()


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def recipient_of(framed_box: bytes) -> str:
    identity = framed_box.split(b"\n", 1)[1].rstrip(b"\0").decode()
    with AgePeer() as peer:
        return peer.recipient(identity)


def flipped(content: bytes, at: int) -> bytes:
    found = bytearray(content)
    found[at] ^= 1
    return bytes(found)


def test_case_is_read_as_on_its_page(offline: Reader, export: Export, key: ReaderKey) -> None:
    offline.read(export.content, key)

    page, card = offline.page, offline.card("Quincunx")
    expect(page.get_by_role("heading", name=f"Case {export.manifest['case']}")).to_be_visible()
    expect(page.get_by_text("About: Brackenridge")).to_be_visible()
    expect(page.get_by_text("Saved on 3 May 2026")).to_be_visible()
    expect(card.locator(".cs-words").first).to_have_text(HOSTILE)
    expect(card.locator(".cs-chips > li")).to_have_text(["Brackenridge"])
    expect(card.locator("[data-thread] > li")).to_have_count(2)
    expect(card.locator("[data-thread] > li").nth(0)).to_contain_text(
        "Answer of this desk, 3 May 2026"
    )
    expect(card.locator("[data-thread] > li").nth(0)).to_contain_text("We have read it.")
    expect(card.locator("[data-thread] > li").nth(1)).to_contain_text("And again. Zephyr.")
    expect(offline.card("Me, too.")).to_have_count(1)
    expect(page.locator("[data-evidence]")).to_contain_text("en.wikipedia.org")
    count = len(export.manifest["files"])
    expect(page.get_by_text(f"All {count} sealed files are there")).to_be_visible()
    assert offline.faults() == {}
    assert page.title() == "Community Support"
    assert "\u29fc" not in page.locator("body").inner_text()


def test_files_are_opened_as_safely_as_on_the_case(
    offline: Reader, export: Export, key: ReaderKey, tmp_path: Path
) -> None:
    offline.read(export.content, key)
    listed = offline.page.locator(".cs-files > li")
    expect(listed).to_have_count(3)

    listed.nth(0).get_by_role("button", name="Open").click()
    picture = listed.nth(0).get_by_role("img", name="screenshot.png")
    assert "blur" in picture.evaluate("one => getComputedStyle(one).filter")
    assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") == 64
    listed.nth(1).get_by_role("button", name="Open").click()
    expect(listed.nth(1).locator("pre")).to_contain_text(
        "<img src=x onerror=alert(1)> I know where"
    )
    with offline.page.expect_download() as saving:
        listed.nth(2).get_by_role("button", name="Save").click()
    saving.value.save_as(tmp_path / "letter.pdf")
    assert (tmp_path / "letter.pdf").read_bytes() == files.PDF
    assert offline.page.locator(":is(iframe, object, embed)").count() == 0


class TestKeys:
    """In each form in which the page of the key saves it."""

    def test_locked_key_asks_for_what_opens_it(
        self, app: Flask, world: World, offline: Reader
    ) -> None:
        passphrase = PASSPHRASES["Thornbury"]
        recipient, wrap = make_key(passphrase)
        world.add_reader("Marlowick", 9005, made=("", recipient))
        file_report(world, LARKSPUR, "It hurt.")
        export = save(visit(app, world, "Marlowick", stepped_up=True), address(world))
        offline.choose(export.content)
        offline.choose_key(("key-passphrase.age", wrap))

        secret = offline.page.get_by_label("Passphrase or recovery code")
        offline.open()
        expect(offline.page.get_by_text("This key is locked.")).to_be_visible()
        expect(secret).to_be_focused()
        secret.fill("wrong words that open nothing here")
        offline.open()
        expect(offline.page.get_by_text("This does not open the key.")).to_be_visible()
        secret.fill(f"  {passphrase.upper().replace(' ', '  ')} ")
        offline.open()

        expect(offline.card("It hurt.")).to_be_visible()

    def test_earlier_keys_come_from_a_file_of_their_own(
        self, offline: Reader, export: Export, key: ReaderKey
    ) -> None:
        identity, recipient = age.new_identity()
        earlier = keyring_of([key.identity], recipient)
        offline.choose(export.content)
        offline.choose_key(("key-earlier.age", earlier), ("key-plain.txt", identity.encode()))
        offline.open()

        expect(offline.card("Me, too.")).to_be_visible()

    def test_another_persons_key_opens_nothing_and_that_is_said(
        self, offline: Reader, export: Export
    ) -> None:
        identity, recipient = age.new_identity()
        offline.read(export.content, ReaderKey(1, "Nobody", identity, recipient))

        expect(offline.page.get_by_text("This key opens none of these reports.")).to_be_visible()
        assert {*offline.faults().values()} == {"not-for-this-key"}
        assert "Quincunx" not in offline.page.locator("body").inner_text()

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (None, "Choose the file of your key."),
            (b"shopping list", "There is no key in this file."),
            (b"\xff\x00\xfe", "There is no key in this file."),
        ],
    )
    def test_what_is_no_key_is_said_at_its_field(
        self, offline: Reader, export: Export, content: bytes | None, said: str
    ) -> None:
        offline.choose(export.content)
        if content is not None:
            offline.choose_key(("key.txt", content))
        offline.open()

        expect(offline.page.locator("#keys-error")).to_contain_text(said)
        expect(offline.page.get_by_label("Your key")).to_be_focused()


class TestTampered:
    """Somebody had the file in the meantime, or a disk lost a part of it."""

    @pytest.fixture
    def code(self, export: Export, key: ReaderKey) -> str:
        """Of the report with files."""
        return next(
            one for one in export.codes if export.open(one, "narrative", key)[:4] == b"<img"
        )

    @pytest.mark.parametrize("anew", [False, True])
    @pytest.mark.parametrize(("part", "at"), [("narrative", -1), ("facts", 40), ("box", 200)])
    def test_a_flipped_bit_is_named_and_the_rest_is_shown(
        self,
        offline: Reader,
        export: Export,
        key: ReaderKey,
        code: str,
        part: str,
        at: int,
        anew: bool,
    ) -> None:
        path = f"reports/{code}/{part}.age"

        def change(contents: dict[str, bytes]) -> None:
            contents[path] = flipped(contents[path], at)
            if anew:
                listed_anew(contents)

        offline.read(changed(export, change), key)

        assert list(offline.faults()) == [path]
        assert anew or offline.faults()[path] == "changed"
        expect(offline.page.get_by_text("Not all of the")).to_be_visible()
        expect(offline.card("Me, too.")).to_be_visible()
        expect(offline.card("Quincunx")).to_have_count(1 if part == "facts" else 0)

    @pytest.mark.parametrize("part", ["narrative", "box"])
    def test_swapped_reports_are_named(
        self, offline: Reader, export: Export, key: ReaderKey, code: str, part: str
    ) -> None:
        other = next(one for one in export.codes if one != code)
        one, two = (f"reports/{its}/{part}.age" for its in (code, other))

        def swap(contents: dict[str, bytes]) -> None:
            contents[one], contents[two] = contents[two], contents[one]
            listed_anew(contents)

        offline.read(changed(export, swap), key)

        assert {*offline.faults().values()} == {"swapped"}
        assert "Quincunx" not in offline.page.locator("[data-report]").all_inner_texts()[0]

    def test_parts_of_one_report_in_each_others_place_are_named(
        self, offline: Reader, export: Export, key: ReaderKey, code: str
    ) -> None:
        def swap(contents: dict[str, bytes]) -> None:
            narrative = f"reports/{code}/narrative.age"
            contents[narrative] = contents[f"reports/{code}/added-0.age"]
            listed_anew(contents)

        offline.read(changed(export, swap), key)

        assert offline.faults() == {f"reports/{code}/narrative.age": "swapped"}

    def test_changed_file_is_named_before_it_is_opened_and_does_not_open(
        self, offline: Reader, export: Export, key: ReaderKey, code: str
    ) -> None:
        path = f"reports/{code}/attachment-1.age"

        def change(contents: dict[str, bytes]) -> None:
            contents[path] = flipped(contents[path], 100_000)

        offline.read(changed(export, change), key)

        assert offline.faults() == {path: "changed"}
        mail = offline.page.locator(".cs-files > li").nth(1)
        mail.get_by_role("button", name="Open").click()
        expect(mail).to_contain_text("it was changed after it was sealed")

    def test_missing_file_is_named(
        self, offline: Reader, export: Export, key: ReaderKey, code: str
    ) -> None:
        path = f"reports/{code}/narrative.age"
        offline.read(changed(export, lambda contents: contents.pop(path)), key)

        assert offline.faults() == {path: "missing"}

    @pytest.mark.parametrize("listing", [b"", b"{}", b"[]", b'{"format": "another/9"}', None])
    def test_without_its_list_what_opens_is_shown(
        self, offline: Reader, export: Export, key: ReaderKey, listing: bytes | None
    ) -> None:
        def change(contents: dict[str, bytes]) -> None:
            del contents["manifest.json"]
            if listing is not None:
                contents["manifest.json"] = listing

        offline.choose(changed(export, change))
        offline.choose_key(("key-plain.txt", plain(key)))
        offline.open()

        expect(offline.page.get_by_text("(manifest.json) is missing or damaged")).to_be_visible()
        expect(offline.card("Quincunx")).to_be_visible()
        expect(offline.page.get_by_text("2 reports are open.")).to_be_visible()

    def test_download_that_broke_off_shows_what_came(
        self, offline: Reader, export: Export, key: ReaderKey
    ) -> None:
        """Cut off inside the second report."""
        second = export.content.index(f"reports/{export.codes[1]}/narrative.age".encode())
        offline.choose(export.content[: second + 100])
        offline.choose_key(("key-plain.txt", plain(key)))
        offline.open()

        expect(offline.page.get_by_text("This file is cut off")).to_be_visible()
        expect(offline.page.locator("[data-report]")).to_have_count(2)
        expect(
            offline.page.locator("[data-report]").first.locator(".cs-words").first
        ).to_be_visible()

    @pytest.mark.parametrize("content", [b"", b"no zip at all", packed({"letter.txt": b"Hello."})])
    def test_what_is_no_export_is_said_at_its_field(
        self, offline: Reader, key: ReaderKey, content: bytes
    ) -> None:
        offline.choose(content)
        offline.choose_key(("key-plain.txt", plain(key)))
        offline.open()

        expect(offline.page.locator("#archive-error")).to_contain_text("This is not a saved case")

    def test_archive_of_more_than_four_gigabytes_is_read_by_its_larger_numbers(
        self, offline: Reader, export: Export, key: ReaderKey, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Such an archive, but for its length: where its numbers stand."""
        monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 4000)
        content = packed(export.files)
        assert b"PK\x06\x06" in content
        assert content.count(b"\x01\x00\x18\x00") > 3  # sizes and offset of 64 bits

        offline.read(content, key)

        assert offline.faults() == {}
        expect(offline.card("Quincunx")).to_be_visible()

    def test_part_that_opens_and_holds_nonsense_spoils_no_other(
        self, offline: Reader, export: Export, key: ReaderKey, code: str
    ) -> None:
        """By somebody who has the report's key: its reporter, or another reader."""
        framed = open_file(export.files[f"reports/{code}/box.age"], [key.identity])
        report = json.loads(framed.split(b"\n", 1)[0])["report"]
        recipient = recipient_of(framed)

        def change(contents: dict[str, bytes]) -> None:
            body = b'{"accounts": {}, "links": [{}], "wishes": 3}'
            sealed = age.seal(frame(PartContext(report, "facts"), body), [recipient])
            contents[f"reports/{code}/facts.age"] = sealed
            listed_anew(contents)

        offline.read(changed(export, change), key)

        assert offline.faults() == {f"reports/{code}": "damaged"}
        expect(offline.card("Me, too.")).to_be_visible()

    def test_case_that_was_packed_anew_says_that_files_are_damaged(
        self, offline: Reader, export: Export, key: ReaderKey
    ) -> None:
        """With compression; the list is read in the same way, so there is none."""
        offline.choose(packed(export.files, zipfile.ZIP_DEFLATED))
        offline.choose_key(("key-plain.txt", plain(key)))
        offline.open()

        expect(offline.page.get_by_text("(manifest.json) is missing or damaged")).to_be_visible()
        assert {*offline.faults().values()} == {"damaged"}


def test_page_lets_nothing_in_and_nothing_out(built_bundle: Path) -> None:
    page = page_in(built_bundle).read_text("utf-8")
    found = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert found is not None
    policy = dict(one.split(" ", 1) for one in found[1].split("; "))

    assert policy["default-src"] == "'none'"
    assert policy["img-src"] == "blob: data:"
    for name in ("script-src", "style-src"):
        assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", policy[name])
    assert policy["base-uri"] == policy["form-action"] == policy["trusted-types"] == "'none'"
    assert {"connect-src", "worker-src", "frame-src"}.isdisjoint(policy)
    assert not re.search(r'<(?:script|img|link|iframe)[^>]+(?:src|href)="(?!data:)', page)
    assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|import\(", page)
    assert "age-encryption 0.3.1" in page  # its licence goes along


def looked_at(offline: Reader) -> None:
    page = offline.page
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], [n["html"] for n in one["nodes"]]) for one in found["violations"]] == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0


def test_axe_finds_nothing_and_a_phone_shows_it_whole(
    offline: Reader, export: Export, key: ReaderKey
) -> None:
    looked_at(offline)
    offline.open()
    expect(offline.page.locator("#archive-error")).to_be_visible()
    looked_at(offline)

    code, path = export.codes[0], f"reports/{export.codes[0]}/narrative.age"
    offline.read(changed(export, lambda all_: all_.update({path: b"x" * 4096})), key)
    expect(offline.card(code)).to_be_visible()
    for listed in offline.page.locator(".cs-files > li").all():
        open_(listed)
    looked_at(offline)


def open_(listed: Locator) -> None:
    button = listed.get_by_role("button", name="Open")
    if button.count():
        button.click()
        expect(listed.get_by_role("button", name="Close")).to_be_visible()
