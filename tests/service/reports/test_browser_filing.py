# SPDX-License-Identifier: AGPL-3.0-or-later
"""A reporter in Chromium: signs in on the wiki, reads who will see it, writes, seals, sends."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from service.ids import to_bytes, to_text
from service.reports.record import Report
from service.sealing.parts import PartContext, unframe
from tests.service.reports.desk import DESK, ReaderKey, add_reader
from tests.service.reports.live import Tool, Watched, sign_in
from tests.service.sealing.age_opener import open_file

pytestmark = pytest.mark.browser

WORDS = "He followed me from page to page. Quincunx."


@pytest.fixture
def form(page: Page, tool: Tool, keys: dict[str, ReaderKey]) -> Page:
    """The form, opened by Larkspur, with its script running; "go without" a key is chosen."""
    sign_in(page, "Larkspur")
    page.get_by_role("link", name="Write to this desk").click()
    expect(page.get_by_role("button", name="Seal and send")).to_be_enabled()
    choose(page, "Go without")
    return page


def choose(page: Page, label: str) -> None:
    """Codex draws its own sign over the box: the label is what one presses."""
    page.locator("label").get_by_text(label, exact=True).click()


def write(page: Page, words: str = WORDS) -> None:
    page.get_by_label("What happened?").fill(words)


def name_account(page: Page, name: str) -> None:
    page.get_by_label("Which accounts is it about?").fill(name)
    page.get_by_role("button", name="Add", exact=True).click()


def send(page: Page) -> None:
    page.get_by_role("button", name="Seal and send").click()


def expect_sent(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your report has arrived")).to_be_visible()


def filed(page: Page, tool: Tool) -> Report:
    """The report whose page is open."""
    with tool.services.database.read() as session:
        report_id = to_bytes(page.url.split("/reports/")[1].split("/")[0])
        report = tool.services.domain.reports.get(session, report_id)
    assert report is not None
    return report


def opened_by(tool: Tool, report: Report, reader: ReaderKey, part: str) -> str:
    """A part as a reader's key opens it."""
    reports, text = tool.services.domain.reports, to_text(report.id)
    with tool.services.database.read() as session:
        sealed = reports.parts(session, report, [part])[part]
        box = reports.boxes(session, [report.id], reader.central_id)[report.id]
    identity = unframe(PartContext(text, "box"), open_file(box, [reader.identity]))
    return unframe(PartContext(text, part), open_file(sealed, [identity.decode()])).decode()


def test_report_is_sealed_in_the_browser_and_its_readers_can_open_it(
    form: Page, tool: Tool, keys: dict[str, ReaderKey]
) -> None:
    watched = Watched.on(form)
    write(form)
    name_account(form, "user:thornbury")
    send(form)

    expect_sent(form)
    assert not watched.holds("Quincunx")
    assert not watched.holds("followed me")
    report = filed(form, tool)
    assert opened_by(tool, report, keys["Rowanbark"], "narrative") == WORDS
    assert opened_by(tool, report, keys["Fennelwood"], "narrative") == WORDS
    with tool.services.database.read() as session:
        named = keys["Thornbury"].central_id
        assert tool.services.domain.reports.boxes(session, [report.id], named) == {}


def test_list_of_readers_follows_names_and_ticks_without_asking_the_server(form: Page) -> None:
    count = form.locator("aside [data-readers-count]")
    expect(count).to_have_text("3 people can open what you write. This server cannot.")
    watched = Watched.on(form)

    name_account(form, "[[User talk:thornbury]]")
    expect(count).to_have_text("2 people can open what you write. This server cannot.")
    expect(form.get_by_role("checkbox", name="Thornbury")).to_be_checked()
    expect(form.get_by_role("checkbox", name="Thornbury")).to_be_disabled()
    choose(form, "Fennelwood")
    expect(count).to_contain_text("one person who could open it")
    choose(form, "Fennelwood")
    form.get_by_role("button", name="Remove [[User talk:thornbury]]").click()
    expect(count).to_have_text("3 people can open what you write. This server cannot.")
    assert watched.requests == []


def test_reader_who_was_left_out_gets_no_box(
    form: Page, tool: Tool, keys: dict[str, ReaderKey]
) -> None:
    write(form)
    choose(form, "Fennelwood")
    send(form)

    expect_sent(form)
    with tool.services.database.read() as session:
        boxes = tool.services.domain.reports.boxes(
            session, [filed(form, tool).id], keys["Fennelwood"].central_id
        )
    assert boxes == {}


def test_links_are_recognised_while_one_pastes(form: Page, tool: Tool) -> None:
    base = tool.sandbox.base_url
    form.get_by_label("Which edits show it?").fill(
        f"He wrote this: {base}/wiki/Special:Diff/310000005\n"
        f"{base}/w2/index.php?title=X&oldid=480000004\n"
        "https://evil.example/x [[Special:Diff/310000007]]"
    )

    found = form.locator("[data-found] > li")
    expect(found).to_have_count(4)
    expect(found.nth(0)).to_contain_text("sandboxwiki · one edit · He wrote this")
    expect(found.nth(1)).to_contain_text("sandbox2wiki · one edit")
    expect(found.nth(2)).to_contain_text("not a Wikimedia wiki")
    expect(found.nth(3)).to_contain_text("Paste the whole address")
    form.get_by_text("My links are wikitext without an address").click()
    form.get_by_label("Wiki that the wikitext is from").fill("sandboxwiki")
    expect(found.nth(3)).to_contain_text("sandboxwiki · one edit")


def test_narrative_over_the_limit_is_told_before_and_keeps_every_letter(form: Page) -> None:
    counter = form.locator("[data-counter]")
    write(form, "word " * 100)
    expect(counter).to_have_text("")
    write(form, "x" * (60 * 1024))
    expect(counter).to_have_text("Room for about 4,096 more characters.")
    long = "é" * (32 * 1024 + 10)
    write(form, long)
    expect(counter).to_contain_text("10 characters too long")
    watched = Watched.on(form)
    send(form)

    expect(form.locator("#error-narrative")).to_contain_text("longer than 64 KiB")
    expect(form.get_by_label("What happened?")).to_be_focused()
    expect(form.get_by_label("What happened?")).to_have_value(long)
    assert watched.requests == []


def test_51_links_and_an_empty_narrative_are_told_at_their_fields(form: Page) -> None:
    links = "\n".join(f"https://de.wikipedia.org/w/index.php?diff={n}" for n in range(1, 52))
    form.get_by_label("Which edits show it?").fill(links)
    send(form)
    expect(form.locator("#error-narrative")).to_have_text(
        "Please write at least a sentence about what happened."
    )
    write(form)
    send(form)

    expect(form.locator("#error-links")).to_contain_text("There are 51 links here")
    expect(form.get_by_label("Which edits show it?")).to_be_focused()
    expect(form.get_by_label("Which edits show it?")).to_have_value(links)
    expect(form.locator("#error-narrative")).to_be_hidden()


def test_eleventh_account_stays_in_its_field(form: Page) -> None:
    for number in range(10):
        name_account(form, f"Account {number}")
    name_account(form, "Account 11")

    expect(form.locator("#error-accounts")).to_contain_text("at most 10 accounts")
    expect(form.get_by_label("Which accounts is it about?")).to_have_value("Account 11")
    expect(form.locator("[data-accounts] > li")).to_have_count(10)


def test_name_that_was_typed_and_not_added_counts(
    form: Page, tool: Tool, keys: dict[str, ReaderKey]
) -> None:
    write(form)
    form.get_by_label("Which accounts is it about?").fill("Thornbury")
    send(form)

    expect_sent(form)
    assert '"accounts":["Thornbury"]' in opened_by(
        tool, filed(form, tool), keys["Rowanbark"], "facts"
    )


def test_answer_that_is_lost_leads_to_one_report_when_one_sends_again(
    form: Page, tool: Tool
) -> None:
    """The first POST arrives, its answer does not; the browser asks again by itself."""
    lost: list[Route] = []

    def lose_first(route: Route) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route)
        route.fetch()
        route.abort()

    form.route(f"**/report/{DESK}", lose_first)
    write(form)
    send(form)

    expect_sent(form)
    assert len(lost) == 1
    form.goto("/reports")
    expect(form.locator("main li")).to_have_count(1)


def test_without_a_connection_everything_stays_and_a_second_press_sends_it(form: Page) -> None:
    write(form)
    name_account(form, "Brackenridge")
    form.context.set_offline(True)
    send(form)

    expect(form.locator("#error-form")).to_contain_text("There was no answer", timeout=60_000)
    expect(form.get_by_label("What happened?")).to_have_value(WORDS)
    expect(form.get_by_role("button", name="Seal and send")).to_be_focused()
    form.context.set_offline(False)
    send(form)
    expect_sent(form)


def test_reader_who_came_while_one_wrote_is_shown_before_anything_is_sealed(
    form: Page, tool: Tool
) -> None:
    write(form)
    add_reader(tool.services, DESK, tool.sandbox.person("Marlowick").id, "Marlowick")
    watched = Watched.on(form)
    send(form)

    expect(form.locator("#error-form")).to_contain_text("list of readers has changed")
    expect(form.locator("aside")).to_contain_text("Marlowick")
    expect(form.get_by_role("checkbox", name="Marlowick")).to_be_visible()
    assert [one.method for one in watched.requests] == ["GET"]
    send(form)
    expect_sent(form)


def test_session_that_ended_is_told_and_the_words_go_out_after_signing_in_elsewhere(
    form: Page, tool: Tool
) -> None:
    write(form)
    form.context.clear_cookies()
    send(form)
    expect(form.locator("#error-form")).to_contain_text("Your session is over")
    expect(form.get_by_label("What happened?")).to_have_value(WORDS)

    tool.sign_in(form.context, "Larkspur")
    send(form)
    expect_sent(form)


def test_somebody_else_who_signs_in_meanwhile_does_not_send_it(form: Page, tool: Tool) -> None:
    write(form)
    tool.sign_in(form.context, "Quillfeather")
    send(form)

    expect(form.locator("#error-form")).to_contain_text("another session or another account")
    expect(form.get_by_label("What happened?")).to_have_value(WORDS)
