# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answering a report, closing it and seeing who reported, in Chromium: at the desk, and what the
reporter reads of it.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from service.cases.fold import ResolvedName
from service.ids import to_text
from service.keys.store import WrapKind
from service.reports.record import Stage
from service.sessions.person import Person
from service.sessions.store import PERSON, SessionStore
from tests.axe import axe_faults
from tests.service.desks.scene import PASSPHRASES, Scene, make_key, unlock
from tests.service.desks.test_in_chromium import OpenPage, open_case
from tests.service.reports.desk import ReaderKey
from tests.service.reports.live import Watched
from tests.service.thread.correspondence import add, report_of

pytestmark = pytest.mark.browser

WORDS = "We have read it, and <b>stay</b> with you. Zephyr."


@pytest.fixture
def report(scene: Scene) -> bytes:
    """Larkspur's report about Thornbury; Larkspur has the key that Thornbury's passphrase opens."""
    recipient, wrap = make_key(PASSPHRASES["Thornbury"])
    services, larkspur = scene.tool.services, scene.id_of("Larkspur")
    with services.database.write() as session:
        wraps = [(WrapKind.PASSPHRASE, wrap)]
        services.domain.keys.register(session, larkspur, recipient, wraps, services.today())
    own = ReaderKey(larkspur, "Larkspur", "", recipient)
    report = scene.world.file((larkspur, "Larkspur"), ("Thornbury",), own=own)
    fold(scene, report)
    return report


def fold(scene: Scene, report: bytes) -> None:
    """Enter a report about Thornbury into its case."""
    names = [ResolvedName("Thornbury", "Thornbury", scene.id_of("Thornbury"))]
    with scene.tool.services.database.write() as session:
        scene.tool.services.domain.folding.fold(session, report, names, [])


@pytest.fixture
def page(open_page: OpenPage, scene: Scene, report: bytes) -> Page:
    """The case, opened by Rowanbark."""
    assert report
    page = open_page()
    enter(page, scene, "Rowanbark")
    return page


def enter(page: Page, scene: Scene, name: str) -> None:
    scene.enter(page, name)
    unlock(page, name)
    open_case(page, "Thornbury")
    expect(page.locator("[data-acts]").first).to_be_visible()


def card_of(page: Page, report: bytes) -> Locator:
    return page.locator(f'[data-report="{to_text(report)}"]')


def visit_own(page: Page, scene: Scene, report: bytes) -> None:
    """The own page, as Larkspur."""
    services = scene.tool.services
    store = SessionStore(
        services.database, services.vault, services.config.secret_key, services.clock
    )
    person = Person(scene.id_of("Larkspur"), "Larkspur", edit_count=100)
    token = store.create({PERSON: person.to_json()})
    page.context.add_cookies([{"name": "session", "value": token, "url": scene.tool.base_url}])
    page.goto(f"/reports/{to_text(report)}")


def write(card: Locator, button: str, label: str, words: str, go: str) -> None:
    card.get_by_role("button", name=button).click()
    card.get_by_role("textbox", name=label).fill(words)
    card.get_by_role("button", name=go).click()


def answer(card: Locator, words: str = WORDS) -> None:
    write(card, "Write an answer", "Write an answer", words, "Seal and send")


def test_answer_is_sealed_and_its_reporter_reads_it_and_writes_back(
    page: Page, open_page: OpenPage, scene: Scene, report: bytes
) -> None:
    watched = Watched.on(page)
    card = card_of(page, report)
    answer(card)

    expect(card.get_by_text("Sent. The person who reported finds it")).to_be_visible()
    expect(card.locator("[data-thread] .cs-words")).to_have_text(WORDS)
    assert not watched.holds("Zephyr")
    assert report_of(scene.world, report).meta.stage is Stage.ANSWERED

    own = open_page()
    visit_own(own, scene, report)
    entry = own.locator("[data-thread] > li")
    expect(entry).to_contain_text("The desk answered on")
    own.get_by_label("Passphrase or recovery code").fill(PASSPHRASES["Thornbury"])
    own.get_by_role("button", name="Unlock").click()
    expect(entry.locator("[data-words]")).to_have_text(WORDS)
    assert "Rowanbark" not in own.content()
    own.get_by_label("What would you like to add?").fill("Thank you.")
    own.get_by_role("button", name="Seal and add").click()
    expect(entry).to_have_count(2)

    page.reload()
    expect(card.locator("[data-thread] .cs-words")).to_have_text([WORDS, "Thank you."])
    expect(card.locator("[data-thread]")).to_contain_text("Added by the person who reported")


def test_answer_that_says_nothing_or_too_much_is_not_sent(page: Page, report: bytes) -> None:
    card = card_of(page, report)
    answer(card, " ")
    expect(card.get_by_text("Write something first.")).to_be_visible()

    words = "é" * (8 * 1024 + 1)
    card.get_by_role("textbox", name="Write an answer").fill(words)
    card.get_by_role("button", name="Seal and send").click()

    expect(card.get_by_text("This is longer than 16 KiB.")).to_be_visible()
    expect(card.get_by_role("textbox", name="Write an answer")).to_have_value(words)


def test_longest_answer_is_taken(page: Page, report: bytes) -> None:
    """Of signs that JSON would write in two letters."""
    card = card_of(page, report)
    answer(card, '"' * 16 * 1024)

    expect(card.get_by_text("Sent. The person who reported")).to_be_visible()


def test_answer_whose_reply_was_lost_is_sent_again_as_the_same(
    page: Page, scene: Scene, report: bytes
) -> None:
    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/message", lose)
    card = card_of(page, report)
    answer(card)
    expect(card.get_by_text("There was no answer")).to_be_visible()
    page.unroute("**/message", lose)
    card.get_by_role("button", name="Seal and send").click()

    expect(card.get_by_text("Sent. The person who reported")).to_be_visible()
    assert report_of(scene.world, report).meta.messages == 1


def test_two_who_answer_at_once_are_told(
    page: Page, open_page: OpenPage, scene: Scene, report: bytes
) -> None:
    def answer_before(route: Route) -> None:
        """A colleague is faster, between the question which number is next and the sending."""
        if route.request.method == "POST":
            with scene.tool.services.database.write() as session:
                reports = scene.tool.services.domain.reports
                found = reports.get(session, report, lock=True)
                assert found is not None
                reports.save_meta(
                    session,
                    report,
                    type(found.meta).from_json({**found.meta.to_json(), "messages": 1}),
                )
        route.continue_()

    page.route("**/message", answer_before)
    card = card_of(page, report)
    answer(card)

    expect(card.get_by_text("A colleague wrote meanwhile.")).to_be_visible()
    expect(card.get_by_role("textbox", name="Write an answer")).to_have_value(WORDS)


def test_closing_says_why_in_a_line_that_the_reporter_reads(
    page: Page, open_page: OpenPage, scene: Scene, report: bytes
) -> None:
    card = card_of(page, report)
    closing = ("Close this report", "Close this report")
    write(card, *closing, "x" * 301, "Seal and close")
    expect(card.get_by_text("This is longer than 300 characters.")).to_be_visible()
    card.get_by_role("textbox", name="Close this report").fill("The account is blocked.")
    card.get_by_role("button", name="Seal and close").click()

    expect(card.get_by_text("This report is closed.")).to_be_visible()
    expect(card.get_by_role("button", name="Close this report")).to_be_hidden()
    own = open_page()
    visit_own(own, scene, report)
    expect(own.locator('[data-stage="closed"]')).to_have_attribute("aria-current", "step")
    expect(own.locator("[data-thread]")).to_contain_text("The desk closed your report on")


def test_reporter_who_cannot_or_will_not_read_answers_gets_none(
    page: Page, scene: Scene, report: bytes
) -> None:
    quillfeather = (scene.id_of("Quillfeather"), "Quillfeather")
    no_key = scene.world.file(quillfeather, ("Thornbury",))
    unwanted = scene.world.file(quillfeather, ("Thornbury",), contact="none")
    for one in (no_key, unwanted):
        fold(scene, one)

    page.reload()

    for one, said in ((no_key, "cannot read answers here"), (unwanted, "not to be written to")):
        card = card_of(page, one)
        expect(card.get_by_text(said)).to_be_visible()
        expect(card.get_by_role("button", name="Write an answer")).to_be_hidden()
        expect(card.get_by_role("button", name="Close this report")).to_be_visible()


def test_name_is_shown_for_a_reason_that_the_reporter_reads(
    page: Page, open_page: OpenPage, scene: Scene, report: bytes
) -> None:
    card = card_of(page, report)
    expect(page.get_by_text("Larkspur")).to_have_count(0)
    card.get_by_role("button", name="Show who reported").click()
    go = card.get_by_role("button", name="Keep the reason and show the name")
    go.click()
    expect(card.get_by_text("Choose a reason.")).to_be_visible()
    expect(card.get_by_text("Say it in a few words of your own.")).to_be_visible()
    assert report_of(scene.world, report).meta.events == 1  # opened, and no name

    card.get_by_role("textbox", name="In your own words").fill("To hide what was posted.")
    go.click()
    expect(card.get_by_role("textbox", name="In your own words")).to_have_value(
        "To hide what was posted."
    )
    card.get_by_text("to act for this person on the wiki").click()
    go.click()

    expect(card.locator("[data-name]")).to_have_text("Reported by Larkspur")
    expect(card.get_by_role("button", name="Show who reported")).to_be_hidden()
    own = open_page()
    visit_own(own, scene, report)
    told = own.locator("[data-openings]")
    expect(told).to_contain_text("One functionary of the desk opened it for the first time on")
    expect(told).to_contain_text(
        "to act for this person on the wiki. In the functionary\u2019s words: "
        "“To hide what was posted.”"
    )


def test_name_is_gone_after_a_reload(page: Page, report: bytes) -> None:
    card = card_of(page, report)
    card.get_by_role("button", name="Show who reported").click()
    card.get_by_text("somebody may be in danger").click()
    card.get_by_role("textbox", name="In your own words").fill("It sounds so.")
    card.get_by_role("button", name="Keep the reason and show the name").click()
    expect(card.locator("[data-name]")).to_be_visible()

    page.reload()

    expect(card.get_by_role("button", name="Show who reported")).to_be_visible()
    expect(page.get_by_text("Larkspur")).to_have_count(0)


@pytest.mark.parametrize("form", ["answer", "closing", "identity"])
def test_axe_finds_nothing_and_a_phone_shows_it_whole(
    page: Page, scene: Scene, report: bytes, form: str
) -> None:
    add(scene.world, report, "And again. " * 50)
    quillfeather = (scene.id_of("Quillfeather"), "Quillfeather")
    other = scene.world.file(quillfeather, ("Thornbury",))
    fold(scene, other)
    page.set_viewport_size({"width": 320, "height": 640})
    page.reload()
    expect(page.locator("[data-acts]")).to_have_count(2)

    for card in (card_of(page, report), card_of(page, other)):
        button = card.locator(f"[data-open='{form}']")
        if button.is_visible():
            button.click()
            card.locator(f"[data-form='{form}'] .cs-actions button").click()
            expect(card.locator("[data-form]:visible [data-error]:visible").first).to_be_visible()

    assert axe_faults(page) == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(wider) == 0
    assert "\u29fc" not in page.locator("body").inner_text()
