# SPDX-License-Identifier: AGPL-3.0-or-later
"""A reader's browser remembers a desk, and says what is not as it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import delete

from service.audit.models import AuditDayRow
from service.desks.vouching import vouch
from service.keys.store import fingerprint
from service.watching.fingerprint import roster_fingerprint
from tests.axe import axe_faults
from tests.fixtures_sandbox import Sandbox
from tests.service.desks.scene import PASSPHRASES, QUEUE, ROSTER, Scene
from tests.service.watching.pinned import put_page
from tests.service.world import DESK

pytestmark = pytest.mark.browser

PINNED = "Project:Rosters"
OpenPage = Callable[[], Page]


@pytest.fixture
def environ(environ: Mapping[str, str]) -> dict[str, str]:
    return {**environ, "CS_ROSTER_PAGE": PINNED}


@pytest.fixture
def page(open_page: OpenPage, scene: Scene) -> Page:
    """Rowanbark's browser, which has seen the roster once."""
    page = open_page()
    scene.enter(page, "Rowanbark", ROSTER)
    expect(roster(page)).to_contain_text("This browser did not know this roster before.")
    return page


def roster(page: Page) -> Locator:
    return page.locator("[data-watch-roster]")


def heads(page: Page) -> Locator:
    return page.locator("[data-watch-heads]")


def pinned(page: Page) -> Locator:
    return page.locator("[data-watch-pinned]")


def add_colleague(scene: Scene) -> None:
    """Thornbury's key is vouched for by Fennelwood."""
    scene.add_reader("Thornbury")
    services = scene.tool.services
    with services.database.write() as session:
        key = services.domain.keys.of(session, scene.id_of("Thornbury"))
        assert key is not None
        vouch(
            services.domain,
            session,
            DESK,
            scene.id_of("Fennelwood"),
            scene.id_of("Thornbury"),
            fingerprint(key.recipient),
            services.today(),
        )


def close_days(scene: Scene, count: int) -> None:
    """The days before today are over; heads are given of each."""
    services = scene.tool.services
    for back in reversed(range(count)):
        with services.database.write() as session:
            services.domain.cases.hold(session, DESK)
            today = services.today() - timedelta(days=back)
            services.domain.audit_days.close(session, DESK, today)


class TestRoster:
    def test_second_visit_finds_nothing_changed(self, page: Page) -> None:
        page.reload()

        expect(roster(page)).to_have_text(
            "Nothing changed since your last visit with this browser."
        )

    def test_new_key_is_named_with_who_vouched_until_it_was_seen(
        self, page: Page, scene: Scene
    ) -> None:
        add_colleague(scene)
        page.goto(QUEUE)
        expect(page.get_by_text("This desk is not as your browser remembers it.")).to_be_visible()
        page.get_by_role("link", name="See what changed").click()

        said = re.compile(r"Thornbury reads here now, vouched for by Fennelwood on \d+ \w+ \d{4}\.")
        expect(roster(page)).to_contain_text(said)
        page.reload()
        expect(roster(page)).to_contain_text(said)
        page.get_by_role("button", name="I have seen this").click()
        expect(roster(page)).to_contain_text("Nothing changed")

        page.goto(QUEUE)
        expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
        expect(page.get_by_text("This desk is not as your browser")).to_be_hidden()

    def test_reader_who_went_and_a_key_that_changed_are_named(self, page: Page) -> None:
        def other_key(route: Route) -> None:
            answer = route.fetch()
            body = answer.json()
            rowanbark, fennelwood = body["readers"][1], body["readers"][0]
            rowanbark["recipient"] = fennelwood["recipient"]
            route.fulfill(response=answer, json={"readers": [rowanbark]})

        page.route("**/roster/keys", other_key)
        page.reload()

        expect(roster(page)).to_contain_text("Rowanbark has another key, vouched for by two people")
        expect(roster(page)).to_contain_text("Fennelwood does not read here any more.")
        # The keys are not those that the server's fingerprint is of.
        expect(roster(page)).to_contain_text("The server's fingerprint is not that of the keys")

    def test_server_that_does_not_answer_is_said_so(self, page: Page) -> None:
        page.route("**/watch", lambda route: route.abort())
        page.reload()

        expect(roster(page)).to_contain_text("There was no answer")


class TestMemory:
    def test_signing_out_keeps_it_and_leave_now_erases_it(self, page: Page, scene: Scene) -> None:
        page.locator("summary", has_text="Rowanbark").click()
        page.get_by_role("button", name="Sign out", exact=True).click()
        expect(page.get_by_role("button", name="Sign in and begin")).to_be_visible()
        scene.enter(page, "Rowanbark", ROSTER)
        expect(roster(page)).to_contain_text("Nothing changed")

        page.get_by_role("button", name="Leave now").click()
        page.wait_for_url(f"{scene.tool.sandbox.base_url}/**")
        scene.enter(page, "Rowanbark", ROSTER)

        expect(roster(page)).to_contain_text("This browser did not know this roster before.")

    def test_it_names_nobody_and_belongs_to_one_person(self, page: Page, scene: Scene) -> None:
        names = page.evaluate("Object.keys(localStorage)")
        assert len(names) == 1
        assert not {DESK, "Rowanbark", str(scene.id_of("Rowanbark"))} & set(names[0].split("-"))

        scene.enter(page, "Fennelwood", ROSTER)

        expect(roster(page)).to_contain_text("This browser did not know this roster before.")


class TestHeads:
    @pytest.fixture
    def page(self, page: Page, scene: Scene) -> Page:
        """The heads of three days are remembered."""
        close_days(scene, 3)
        page.reload()
        expect(heads(page)).to_contain_text("remembers nothing of the record")
        page.reload()
        expect(heads(page)).to_contain_text("day by day (3 days)")
        return page

    def test_head_that_is_gone_is_named_on_list_and_roster(self, page: Page, scene: Scene) -> None:
        with scene.tool.services.database.write() as session:
            session.execute(delete(AuditDayRow))
        page.goto(QUEUE)
        expect(page.get_by_text("This desk is not as your browser remembers it.")).to_be_visible()

        page.goto(ROSTER)

        expect(heads(page).locator("li")).to_have_count(3)
        expect(heads(page)).to_contain_text("which this browser remembers, is gone")
        page.get_by_role("button", name="Begin anew").click()
        expect(heads(page).locator("li")).to_have_count(0)

    def test_head_that_was_changed_stays_named(self, page: Page) -> None:
        def forge(route: Route) -> None:
            answer = route.fetch()
            body = answer.json()
            body["heads"][1]["digest"] = "ab" * 32
            route.fulfill(response=answer, json=body)

        page.route("**/watch", forge)
        for _ in range(2):
            page.reload()
            expect(heads(page).locator("li")).to_have_count(1)
            expect(heads(page)).to_contain_text("it was written anew")

    def test_what_was_saved_is_what_audit_verify_takes(self, page: Page, scene: Scene) -> None:
        with page.expect_download() as download:
            page.get_by_role("link", name="Save what this browser remembers").click()

        text = Path(download.value.path()).read_text()
        assert download.value.suggested_filename == f"{DESK}-heads.txt"
        services = scene.tool.services
        with services.database.read() as session:
            expected = services.domain.audit_days.heads(session, DESK, services.today())
        assert text.splitlines() == [f"{DESK}:{one.day}:{one.digest.hex()}" for one in expected]


class TestPinned:
    """The page of the central wiki, which the reader's browser asks itself."""

    @pytest.fixture
    def line(self, scene: Scene) -> str:
        services = scene.tool.services
        with services.database.read() as session:
            readers = services.domain.roster.readers(session, DESK)
        return f"* {DESK}: {roster_fingerprint(readers)}"

    @pytest.fixture
    def sandbox(self, sandbox: Sandbox) -> Iterator[Sandbox]:
        yield sandbox
        sandbox.recover()

    def test_page_that_says_the_same(
        self, page: Page, scene: Scene, sandbox: Sandbox, line: str
    ) -> None:
        put_page(sandbox, PINNED, f"Rosters.\n{line}")
        sandbox.forget_requests()
        page.reload()

        expect(pinned(page)).to_have_text("The page on the wiki says the same.")
        (seen,) = [one for one in sandbox.requests() if "origin=" in one["query_string"]]
        assert scene.id_of("Rowanbark")
        assert DESK not in str(seen)

    @pytest.mark.parametrize(
        ("text", "protected", "said"),
        [
            ("{line}", False, "says the same. Anybody can change that page"),
            ("nothing", True, "says nothing about this desk"),
            (
                "* oversight: " + " ".join(["0123"] * 8),
                True,
                "something else about this desk: 0123",
            ),
            ("{line}\n{line}", True, "several lines about this desk"),
        ],
    )
    def test_what_the_page_says_is_told(
        self, page: Page, sandbox: Sandbox, line: str, text: str, protected: bool, said: str
    ) -> None:
        put_page(sandbox, PINNED, text.replace("{line}", line), protected=protected)
        page.reload()

        expect(pinned(page)).to_contain_text(said)

    @pytest.mark.parametrize("kind", ["503", "html", "malformed"])
    def test_wiki_that_does_not_answer_is_no_alarm(
        self, page: Page, sandbox: Sandbox, line: str, kind: str
    ) -> None:
        put_page(sandbox, PINNED, line)
        sandbox.fail(kind)
        page.reload()

        expect(pinned(page)).to_contain_text("The wiki did not answer")
        expect(pinned(page)).not_to_have_class(re.compile("cs-error"))


def show_key(page: Page) -> None:
    """Where the page in between asks for it."""
    field = page.get_by_label("Passphrase or recovery code")
    field.fill(PASSPHRASES["Rowanbark"])
    field.press("Enter")


PAGES = {
    "roster with news": ROSTER,
    "roster with a proposal": ROSTER,
    "other accounts": f"/desk/{DESK}/accounts",
    "list with news": QUEUE,
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_a_phone_shows_it_whole(page: Page, scene: Scene, name: str) -> None:
    add_colleague(scene)
    close_days(scene, 2)
    page.reload()
    expect(roster(page)).to_contain_text("Thornbury reads here now")
    if name == "roster with a proposal":
        page.get_by_text("Take Fennelwood off this roster").click()
        page.locator("li.cs-card", has_text="Fennelwood").get_by_role(
            "button", name="Propose it"
        ).click()
        show_key(page)
        expect(page.get_by_text("Somebody else has to confirm it.")).to_be_visible()
    if name == "other accounts":
        page.goto(PAGES[name])
        page.get_by_label("Account", exact=True).fill("Ashdown")
        page.get_by_role("button", name="Declare it").click()
        show_key(page)
        expect(page.get_by_role("heading", name="Ashdown")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(PAGES[name])
    page.wait_for_load_state("networkidle")

    assert axe_faults(page) == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(wider) == 0
    assert "\u29fc" not in page.locator("body").inner_text()
