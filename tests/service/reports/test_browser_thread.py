# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes between a reporter and the desk, on the reporter's page in Chromium."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from service.desks.rows import lay_rows
from service.ids import new_id, to_text
from service.sealing.parts import PartContext, unframe
from service.thread.answering import MESSAGE_SIZE, Message, Writing
from service.thread.story import Event, EventKind, Role
from tests.service.reports.desk import DESK, ReaderKey
from tests.service.reports.live import Tool, Watched
from tests.service.reports.test_browser_own import file_with_key, unlock
from tests.service.sealing.age_opener import open_file
from tests.service.thread.correspondence import report_of, sealed_message
from tests.service.world import World

pytestmark = pytest.mark.browser

MORE = "He wrote again.\n\n<b>Zephyr</b>."


@pytest.fixture
def own(page: Page, tool: Tool, keys: dict[str, ReaderKey]) -> tuple[Page, str]:
    """The page of a report that was filed with a key; the recovery code."""
    assert keys
    lay_rows(tool.services.database, tool.services.desks)
    tool.sign_in(page.context, "Larkspur")
    page.goto(f"/report/{DESK}")
    expect(page.get_by_role("button", name="Seal and send")).to_be_enabled()
    code = file_with_key(page, tool)
    page.get_by_role("link", name="Go to your report").click()
    expect(page.get_by_role("button", name="Seal and add")).to_be_enabled()
    return page, code


def report_id(tool: Tool) -> bytes:
    with tool.services.database.read() as session:
        (report,) = tool.services.domain.reports.of_desk(session, DESK)
    return report.id


def answer(tool: Tool, text: str) -> None:
    """A functionary writes; who that is, and from which case, is not what is tested here."""
    report, domain = report_of(World(tool.services), report_id(tool)), tool.services.domain
    message = Message(new_id(), Writing.ANSWER, 0, sealed_message(report, text, 0, MESSAGE_SIZE))
    with tool.services.database.write() as session:
        found = domain.reports.get(session, report.id, lock=True)
        assert found is not None
        domain.reports.put_part(session, report.id, "message-0", message.file)
        event = Event(EventKind.ANSWERED, tool.services.today(), Role.FUNCTIONARY)
        meta = domain.story.append(session, report.id, found.meta, event)
        changed = {**meta.to_json(), "messages": 1, "stage": "answered"}
        domain.reports.save_meta(session, report.id, type(meta).from_json(changed))


def test_addition_is_sealed_and_its_links_are_checked(own: tuple[Page, str], tool: Tool) -> None:
    page, code = own
    watched = Watched.on(page)
    page.get_by_label("What would you like to add?").fill(MORE)
    page.get_by_label("Further edits").fill(f"{tool.sandbox.base_url}/wiki/Special:Diff/310000010")
    expect(page.locator("[data-found] > li")).to_have_count(1)
    page.get_by_role("button", name="Seal and add").click()

    entry = page.locator("[data-thread] > li")
    expect(page.get_by_text("It was added to your report.")).to_be_visible()
    expect(entry).to_contain_text("You added this on")
    expect(entry).to_contain_text("Your passphrase or recovery code opens it.")
    expect(page.locator("[data-checks] > li")).to_have_count(4)
    expect(page.get_by_label("What would you like to add?")).to_have_value("")
    assert not watched.holds("Zephyr")

    tool.work()
    unlock(page, code)
    expect(entry.locator("[data-words]")).to_have_text(MORE)
    expect(page.locator("[data-checks] > li").nth(3)).to_contain_text(
        "Made by Brackenridge", timeout=60_000
    )


def test_open_page_shows_what_was_added_at_once(own: tuple[Page, str]) -> None:
    page, code = own
    unlock(page, code)
    expect(page.locator("[data-narrative]")).to_contain_text("Quincunx")

    for number, words in enumerate(("First.", "Second."), 1):
        page.get_by_label("What would you like to add?").fill(words)
        page.get_by_role("button", name="Seal and add").click()
        expect(page.locator("[data-thread] [data-words]")).to_have_count(number)

    expect(page.locator("[data-thread] [data-words]")).to_have_text(["First.", "Second."])


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    own: tuple[Page, str], tool: Tool
) -> None:
    page, _code = own
    button = page.get_by_role("button", name="Seal and add")
    button.click()
    expect(page.locator("#error-narrative")).to_have_text("Write something, or paste a link.")
    expect(page.locator("#narrative")).to_be_focused()

    links = " ".join(f"{tool.sandbox.base_url}/wiki/Special:Diff/{n}" for n in range(1, 49))
    page.get_by_label("Further edits").fill(links)
    page.get_by_label("What would you like to add?").fill(MORE)
    button.click()

    expect(page.locator("#error-links")).to_contain_text("48 links; the report takes 47 more")
    expect(page.get_by_label("What would you like to add?")).to_have_value(MORE)
    expect(page.get_by_label("Further edits")).to_have_value(links)


def test_addition_whose_answer_was_lost_is_sent_again_as_the_same(
    own: tuple[Page, str], tool: Tool
) -> None:
    page, _code = own
    page.get_by_label("What would you like to add?").fill(MORE)
    arrived: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            arrived.append(route.fetch().text())
            route.abort()
        else:
            route.continue_()

    page.route("**/adding", lose)
    page.get_by_role("button", name="Seal and add").click()
    expect(page.get_by_text("There was no answer")).to_be_visible()
    page.unroute("**/adding", lose)
    page.get_by_role("button", name="Seal and add").click()

    expect(page.get_by_text("It was added to your report.")).to_be_visible()
    assert len(arrived) == 3
    assert report_of(World(tool.services), report_id(tool)).meta.added == 1


def test_answer_arrives_on_the_open_page_and_the_code_opens_it(
    own: tuple[Page, str], tool: Tool
) -> None:
    page, code = own
    answer(tool, "We have <i>read</i> it.")

    entry = page.locator("[data-thread] > li")
    expect(entry).to_contain_text("The desk answered on", timeout=60_000)
    expect(entry).to_contain_text("Your passphrase or recovery code opens it.")
    expect(page.locator('[data-stage="answered"]')).to_have_attribute("aria-current", "step")
    unlock(page, code)
    expect(entry.locator("[data-words]")).to_have_text("We have <i>read</i> it.")


def test_everything_is_taken_along_in_one_file(
    own: tuple[Page, str], tool: Tool, tmp_path: Path
) -> None:
    page, code = own
    page.get_by_label("What would you like to add?").fill(MORE)
    page.get_by_role("button", name="Seal and add").click()
    expect(page.locator("[data-thread] > li")).to_have_count(1)
    tool.work()
    expect(page.get_by_role("button", name="Make the file")).to_be_disabled()
    unlock(page, code)
    expect(page.locator(".cs-finding").first).to_be_visible()

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Make the file").click()
    waiting.value.save_as(tmp_path / "report.zip")

    expect(page.get_by_text("The file was made.")).to_be_visible()
    assert waiting.value.suggested_filename == "report.zip"
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    report = files["report.html"].decode()
    for said in ("Quincunx", "Thornbury", "&lt;b&gt;Zephyr", "Edit by Thornbury", "You added this"):
        assert said in report
    assert "<b>" not in report
    assert "<script" not in report
    key = files["sealed/key.txt"].decode().strip()
    text_id = to_text(report_id(tool))
    for part in ("narrative", "facts", "added-0", "added-facts-0", "identity", "finding-0"):
        opened = open_file(files[f"sealed/{part}.age"], [key])
        assert unframe(PartContext(text_id, part), opened)


def test_downloaded_page_shows_itself_without_a_script(
    own: tuple[Page, str], tmp_path: Path
) -> None:
    page, code = own
    unlock(page, code)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Make the file").click()
    archive = zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes()))
    (tmp_path / "report.html").write_bytes(archive.read("report.html"))

    with page.context.browser.new_context(java_script_enabled=False) as context:  # type: ignore[union-attr]
        alone = context.new_page()
        alone.goto((tmp_path / "report.html").as_uri())
        expect(alone.get_by_text("<script>alert('second')</script> Quincunx.")).to_be_visible()


def test_without_a_key_the_server_gives_what_it_can_say(own: tuple[Page, str]) -> None:
    page, _code = own
    with page.expect_download() as waiting:
        page.get_by_role("link", name="What the server can say").click()

    said = json.loads(waiting.value.path().read_text())
    assert [one["state"] for one in said["links"]] == ["waiting"] * 3
    assert said["openings"] == []


def test_without_javascript_the_server_seals_and_says_so_first(
    own: tuple[Page, str], tool: Tool
) -> None:
    page, _code = own
    with page.context.browser.new_context(  # type: ignore[union-attr]
        java_script_enabled=False, base_url=tool.base_url
    ) as context:
        tool.sign_in(context, "Larkspur")
        plain = context.new_page()
        plain.goto(page.url)
        plain.get_by_role("link", name="Use the form without JavaScript").click()
        expect(plain.get_by_text("readable on the server for a moment")).to_be_visible()
        plain.get_by_role("button", name="Add it").click()
        expect(plain.locator("#error-narrative")).to_have_text("Write something, or paste a link.")
        plain.get_by_label("What would you like to add?").fill(MORE)
        plain.get_by_role("button", name="Add it").click()

        expect(plain.locator("[data-thread] > li")).to_contain_text("You added this on")
