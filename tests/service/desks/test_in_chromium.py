# SPDX-License-Identifier: AGPL-3.0-or-later
"""The functionary's pages in Chromium: what opens, with which keys, and what stays closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from service.desks import sharing
from tests.axe import axe_faults
from tests.service.desks.scene import QUEUE, ROSTER, Scene, unlock
from tests.service.reports.live import sign_in

pytestmark = pytest.mark.browser

OpenPage = Callable[[], Page]

HOSTILE = '<img src="x" onerror="document.title=1"><script>document.title=2</script>'


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


def accounts(page: Page) -> Locator:
    return page.locator("[data-row] [data-account]")


def open_case(page: Page, about: str) -> None:
    """From the list, once its names are opened."""
    page.locator("[data-row]", has_text=about).get_by_role("link").click()
    expect(page.locator("[data-account-here]")).to_have_text(about)


def test_functionary_signs_in_on_the_wiki_and_finds_the_desk(page: Page, scene: Scene) -> None:
    sign_in(page, "Rowanbark")
    page.locator("summary", has_text="Rowanbark").click()
    page.get_by_role("link", name="Oversighters of Sandbox Wiki").click()

    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()


class TestQueue:
    """Two cases."""

    @pytest.fixture
    def page(self, page: Page, scene: Scene) -> Page:
        scene.fold("Larkspur", "Thornbury", "It hurt.")
        scene.fold("Quillfeather", "Brackenridge", "It hurt too.")
        scene.enter(page, "Rowanbark")
        return page

    def test_accounts_are_sealed_until_the_key_is_unlocked(self, page: Page) -> None:
        expect(page.get_by_role("heading", name="Unlock your key")).to_be_visible()
        expect(accounts(page)).to_have_text(["sealed", "sealed"])

        unlock(page, "Rowanbark")

        expect(accounts(page).filter(has_text="Thornbury")).to_have_count(1)
        expect(accounts(page).filter(has_text="Brackenridge")).to_have_count(1)
        expect(page.get_by_role("heading", name="Unlock your key")).to_be_hidden()

    def test_key_stays_for_the_tab_until_it_is_locked(self, page: Page) -> None:
        unlock(page, "Rowanbark")
        page.reload()
        expect(accounts(page).filter(has_text="Thornbury")).to_have_count(1)

        page.locator("[data-lock]").click()

        expect(page.get_by_label("Passphrase or recovery code")).to_be_visible()
        expect(accounts(page)).to_have_text(["sealed", "sealed"])

    def test_list_is_walked_with_j_and_k_and_opened_with_enter(self, page: Page) -> None:
        unlock(page, "Rowanbark")
        links = page.locator("[data-row] a")
        page.locator("main").focus()

        page.keyboard.press("j")
        expect(links.nth(0)).to_be_focused()
        page.keyboard.press("j")
        page.keyboard.press("j")
        expect(links.nth(1)).to_be_focused()
        page.keyboard.press("k")
        expect(links.nth(0)).to_be_focused()
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", name="Case", level=1)).to_be_visible()

    def test_slash_searches_the_opened_accounts(self, page: Page) -> None:
        unlock(page, "Rowanbark")
        expect(accounts(page).filter(has_text="Brackenridge")).to_have_count(1)

        page.keyboard.press("/")
        expect(page.get_by_label("Search by account")).to_be_focused()
        page.keyboard.type("bracken j/k")
        expect(page.locator("[data-row]:visible")).to_have_count(0)
        page.get_by_label("Search by account").fill("bracken")

        expect(page.locator("[data-row]:visible")).to_have_count(1)
        expect(page.locator("[data-row]:visible")).to_contain_text("Brackenridge")
        expect(page.get_by_text("One case fits.")).to_be_attached()

    def test_letters_do_nothing_once_they_are_switched_off(self, page: Page) -> None:
        unlock(page, "Rowanbark")
        page.get_by_text("Keys: j and k").click()
        page.locator("main").focus()
        page.keyboard.press("j")
        expect(page.locator("[data-row] a").nth(0)).not_to_be_focused()

        page.reload()

        expect(page.get_by_label("Keys: j and k")).not_to_be_checked()

    def test_server_that_does_not_answer_is_said_so(self, page: Page) -> None:
        page.route("**/previews?*", lambda route: route.abort())

        unlock(page, "Rowanbark")

        expect(page.get_by_role("alert").filter(has_text="There was no answer")).to_be_visible()


class TestCase:
    """Two reports about Thornbury that cite one edit in common."""

    @pytest.fixture
    def page(self, page: Page, scene: Scene) -> Page:
        shared, own = (scene.edit("sandboxwiki", one) for one in (310000017, 310000005))
        scene.fold("Larkspur", "Thornbury", HOSTILE, shared, own, "https://example.org/nonsense")
        scene.fold("Quillfeather", "Thornbury", "It hurt.\n\nTwice.", shared)
        scene.fold("Quillfeather", "Brackenridge", "Another case.", own)
        scene.enter(page, "Rowanbark")
        unlock(page, "Rowanbark")
        open_case(page, "Thornbury")
        return page

    def test_what_reporters_wrote_is_text_and_nothing_else(self, page: Page) -> None:
        words = page.locator(".cs-words")
        expect(words.filter(has_text="onerror")).to_have_text(HOSTILE)
        expect(words.locator("img, script")).to_have_count(0)
        assert page.title() == "Community Support"
        card = page.locator("[data-report]", has_text="Not understood")
        expect(card).to_contain_text("https://example.org/nonsense")
        expect(card.get_by_role("link")).to_have_count(0)

    def test_shared_edit_is_marked_and_stands_once(self, page: Page) -> None:
        shared = page.locator("[data-evidence] .cs-bracket")
        expect(shared).to_have_count(1)
        expect(shared).to_contain_text("Cited by 2 reports:")
        expect(shared).to_contain_text("was not asked about it yet")
        expect(shared.get_by_role("link")).to_have_attribute("rel", "noreferrer")
        expect(page.locator("[data-evidence] li")).to_have_count(2)

    def test_related_case_is_named(self, page: Page) -> None:
        related = page.get_by_role("list").filter(has=page.locator("[data-account]"))
        expect(related).to_contain_text("Brackenridge")
        expect(related).to_contain_text("joined by one report")

    def test_case_is_taken_and_worked_on_with_the_key_still_open(self, page: Page) -> None:
        page.get_by_role("button", name="Take this case").click()
        expect(page.get_by_role("button", name="Give it back")).to_be_visible()
        page.get_by_role("button", name="Begin to work on it").click()

        expect(page.locator("dd", has_text="Being worked on")).to_be_visible()
        expect(page.locator("[data-account-here]")).to_have_text("Thornbury")

    def test_answer_that_breaks_off_is_asked_for_again(self, page: Page) -> None:
        def fail(route: Route) -> None:
            route.abort()

        page.route("**/sealed", fail)
        page.reload()
        expect(page.get_by_text("There was no answer")).to_be_visible()
        page.unroute("**/sealed", fail)
        page.get_by_role("button", name="Try again").click()

        expect(page.get_by_text("2 reports are open.")).to_be_attached()

    def test_report_that_was_swapped_for_another_does_not_open(self, page: Page) -> None:
        """A server that hands out one report's parts as another's is noticed."""

        def swap(route: Route) -> None:
            answer = route.fetch()
            body = answer.json()
            first, second = body["reports"]
            first["parts"], second["parts"] = second["parts"], first["parts"]
            route.fulfill(response=answer, json=body)

        page.route("**/sealed", swap)
        page.reload()

        expect(page.get_by_text("This report could not be opened")).to_have_count(2)
        expect(page.locator(".cs-words")).to_have_count(0)


def set_time(scene: Scene, revid: int, timestamp: str) -> None:
    with scene.tool.sandbox.store.writing() as db:
        db.execute("UPDATE revision SET timestamp = ? WHERE id = ?", (timestamp, revid))


class TestEvidence:
    """Four cited edits: two on one evening, one in the next morning, one much later; and none."""

    @pytest.fixture
    def page(self, page: Page, scene: Scene) -> Page:
        times = {
            310000005: "2026-10-02T19:30:00Z",
            310000006: "2026-10-02T19:55:00Z",
            310000009: "2026-10-03T06:02:00Z",
            310000010: "2026-10-20T12:00:00Z",
        }
        for revid, timestamp in times.items():
            set_time(scene, revid, timestamp)
        links = [scene.edit("sandboxwiki", revid) for revid in (*times, 999)]
        scene.file("Larkspur", "Thornbury", "It hurt.", *links)
        scene.tool.work()
        scene.enter(page, "Rowanbark")
        unlock(page, "Rowanbark")
        open_case(page, "Thornbury")
        expect(page.locator("[data-evidence] li")).to_have_count(5)
        return page

    def test_findings_are_told_in_sentences_by_day(self, page: Page) -> None:
        evidence = page.locator("[data-evidence]")
        expect(evidence.locator("h3")).to_have_text(
            ["2 October 2026", "3 October 2026", "20 October 2026", "Without a date"]
        )
        expect(evidence).to_contain_text("Edit by Thornbury on “User talk:Larkspur”")
        expect(evidence).to_contain_text("Made by Brackenridge, not by an account that was named.")
        expect(evidence).to_contain_text("Not visible to this tool: deleted, or it never existed.")

    def test_hours_and_gaps_are_seen(self, page: Page) -> None:
        evidence = page.locator("[data-evidence]")
        expect(evidence.locator("time")).to_have_text(
            ["19:30 UTC", "19:55 UTC", "06:02 UTC", "12:00 UTC"]
        )
        expect(evidence.locator(".cs-timeline__gap")).to_have_text(
            ["10 hours later", "17 days later"]
        )

    def test_what_was_hidden_since_is_seen_after_asking_again(
        self, page: Page, scene: Scene
    ) -> None:
        with scene.tool.sandbox.store.writing() as db:
            db.execute("UPDATE revision SET hidden = 1 WHERE id = 310000005")
        first = page.locator("[data-evidence] li").first
        expect(first).to_contain_text("Edit by")

        page.get_by_role("button", name="Ask the wikis again").click()
        expect(page.get_by_text("The wikis are being asked again.")).to_be_visible()
        expect(page.get_by_role("button", name="Ask the wikis again")).to_be_disabled()
        scene.tool.work()

        expect(page.get_by_text("The wikis have answered.")).to_be_visible()
        expect(first).to_contain_text("hidden")
        expect(first).to_contain_text("Before that, the wiki answered:")
        expect(first.locator(".cs-earlier")).to_contain_text("Edit by")
        unchanged = page.locator(".cs-timeline > li").nth(1)
        expect(unchanged).not_to_contain_text("Before that")
        expect(page.get_by_role("button", name="Ask the wikis again")).to_be_enabled()

    def test_server_that_does_not_answer_is_said_and_can_be_asked_again(self, page: Page) -> None:
        page.route("**/again", lambda route: route.abort())

        page.get_by_role("button", name="Ask the wikis again").click()

        expect(page.get_by_text("There was no answer")).to_be_visible()
        expect(page.get_by_role("button", name="Ask the wikis again")).to_be_enabled()


class TestRecused:
    """Thornbury is a reader of the desk, and reported to it."""

    @pytest.fixture
    def page(self, page: Page, scene: Scene) -> Page:
        scene.add_reader("Thornbury")
        scene.fold("Larkspur", "Thornbury", "It hurt.")
        scene.enter(page, "Thornbury")
        return page

    def test_nothing_waits_for_the_reported_functionary(self, page: Page) -> None:
        expect(page.get_by_text("Nothing waits for you.")).to_be_visible()

    def test_colleague_meanwhile_reads_the_case(
        self, page: Page, open_page: OpenPage, scene: Scene
    ) -> None:
        other = open_page()
        scene.enter(other, "Rowanbark")
        unlock(other, "Rowanbark")
        open_case(other, "Thornbury")

        page.goto(other.url)

        expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()


class TestSharing:
    """Thornbury's key came after two reports about Brackenridge."""

    @pytest.fixture
    def filed(self, scene: Scene) -> list[bytes]:
        return [scene.fold("Larkspur", "Brackenridge", f"Word {number}.") for number in range(3)]

    @pytest.fixture
    def page(self, page: Page, scene: Scene, filed: list[bytes]) -> Page:
        assert filed
        scene.add_reader("Thornbury")
        scene.enter(page, "Rowanbark", ROSTER)
        return page

    def share(self, page: Page) -> Locator:
        """Presses the button of Thornbury's card; the line that says what happens."""
        card = page.locator("li.cs-card", has=page.get_by_role("heading", name="Thornbury"))
        card.get_by_role("button", name="Share what was filed before").click()
        return card.locator("[data-share-said]")

    def test_colleague_opens_what_was_shared(
        self, page: Page, open_page: OpenPage, scene: Scene
    ) -> None:
        said = self.share(page)
        unlock(page, "Rowanbark")
        expect(said).to_have_text("3 reports were shared.")
        expect(self.share(page)).to_contain_text("There is nothing to share")

        other = open_page()
        scene.enter(other, "Thornbury")
        unlock(other, "Thornbury")
        open_case(other, "Brackenridge")
        expect(other.locator(".cs-words")).to_have_count(3)

    def test_sharing_that_was_cut_off_goes_on_with_what_is_missing(
        self, page: Page, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sharing, "AT_ONCE", 1)
        page.route("**/backlog?after=*", lambda route: route.abort())
        said = self.share(page)
        unlock(page, "Rowanbark")
        expect(said).to_contain_text("There was no answer")

        page.unroute("**/backlog?after=*")
        self.share(page)

        expect(said).to_have_text("2 reports were shared.")

    def test_nothing_is_sealed_to_a_key_that_the_page_does_not_show(
        self, page: Page, scene: Scene
    ) -> None:
        """A server that answers with a key of its own is noticed."""
        with scene.tool.services.database.read() as session:
            keys = scene.tool.services.domain.keys
            other = keys.of(session, scene.id_of("Fennelwood"))
        assert other is not None

        def swap(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, json={**answer.json(), "recipient": other.recipient})

        page.route("**/backlog*", swap)
        said = self.share(page)
        unlock(page, "Rowanbark")

        expect(said).to_contain_text("could not be opened")
        with scene.tool.services.database.read() as session:
            boxes = scene.tool.services.domain.reports
            found = boxes.of_desk(session, "oversight")
            thornbury = scene.id_of("Thornbury")
            assert boxes.boxes(session, [one.id for one in found], thornbury) == {}


def show_queue(page: Page, scene: Scene) -> None:
    scene.enter(page, "Rowanbark", QUEUE)
    expect(page.locator("[data-unlock] input").first).to_be_visible()


def show_opened_queue(page: Page, scene: Scene) -> None:
    show_queue(page, scene)
    unlock(page, "Rowanbark")
    expect(accounts(page).filter(has_text="Thornbury")).to_have_count(1)


def show_case(page: Page, scene: Scene) -> None:
    show_opened_queue(page, scene)
    open_case(page, "Thornbury")
    expect(page.locator(".cs-words")).to_have_count(2)


def show_roster(page: Page, scene: Scene) -> None:
    scene.enter(page, "Rowanbark", ROSTER)


def show_key(page: Page, scene: Scene) -> None:
    scene.enter(page, "Rowanbark", "/key")
    expect(page.locator("[data-key-flow] input").first).to_be_visible()


def show_without_key(page: Page, scene: Scene) -> None:
    scene.enter(page, "Marlowick", QUEUE)


PAGES = {
    "queue": show_queue,
    "queue, opened": show_opened_queue,
    "case": show_case,
    "roster": show_roster,
    "key": show_key,
    "queue without a key": show_without_key,
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_a_phone_shows_it_whole(page: Page, scene: Scene, name: str) -> None:
    shared = scene.edit("sandboxwiki", 310000017)
    scene.fold("Larkspur", "Thornbury", "It hurt. " * 60, shared, "https://example.org/" + "x" * 90)
    scene.fold("Quillfeather", "Thornbury", "It hurt.", shared)
    page.set_viewport_size({"width": 320, "height": 640})

    PAGES[name](page, scene)

    assert axe_faults(page) == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(wider) == 0
    assert "\u29fc" not in page.locator("body").inner_text()  # a message that the page lacks
