# SPDX-License-Identifier: AGPL-3.0-or-later
"""The own key in Chromium: passkeys, wraps, another key, old reports, and showing it once more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from service.desks.member import Standing
from service.ids import to_text
from service.keys import reboxing
from tests.axe import axe_faults
from tests.service.desks.conftest import open_page, scene
from tests.service.desks.scene import PASSPHRASES, QUEUE, ROSTER, Scene, unlock
from tests.service.keys.devices import Device
from tests.service.world import DESK

__all__ = ["open_page", "scene"]

pytestmark = pytest.mark.browser

OpenPage = Callable[[], Page]
OPEN_UNTIL = "Your key is unlocked in this tab until"


@pytest.fixture
def page(open_page: OpenPage, scene: Scene) -> Page:
    """Rowanbark's key page, unlocked."""
    page = open_page()
    scene.enter(page, "Rowanbark", "/key")
    unlock(page, "Rowanbark")
    expect(page.get_by_role("heading", name="Ways to open your key")).to_be_visible()
    return page


def said(page: Page, text: str) -> None:
    expect(page.locator("[data-manage] [data-said]")).to_contain_text(text)


def ways(page: Page) -> list[str]:
    """Kinds in the list of what opens the key."""
    lines = page.locator("[data-wraps] > li").all_inner_texts()
    return [line.split(",")[0] for line in lines]


def keep(page: Page, button: str = "I have kept it") -> dict[str, str]:
    """What the sheet shows, by kind; then it is kept."""
    secrets = page.locator("[data-secret]")
    expect(secrets.first).to_be_visible()
    shown = {str(one.get_attribute("data-secret")): one.inner_text() for one in secrets.all()}
    page.get_by_role("button", name=button).click()
    return shown


def lock(page: Page) -> None:
    page.get_by_role("button", name="Lock now").first.click()
    expect(page.get_by_label("Passphrase or recovery code")).to_be_visible()


def type_secret(page: Page, secret: str) -> None:
    field = page.get_by_label("Passphrase or recovery code")
    field.fill(secret)
    field.press("Enter")


def add_passkey(page: Page) -> None:
    page.get_by_role("button", name="Add a passkey").click()
    said(page, "It opens your key from now on")


def change_key(page: Page) -> dict[str, str]:
    """Through the change; what is to be kept of the new key."""
    page.locator("summary", has_text="Change my key").click()
    page.get_by_role("button", name="Make the new key").click()
    kept = keep(page)
    expect(page.get_by_role("heading", name="Your key is ready")).to_be_focused()
    return kept


def start_over(page: Page) -> dict[str, str]:
    page.locator("summary", has_text="Start over").click()
    expect(page.get_by_text("you cannot open your earlier reports any more")).to_be_visible()
    page.get_by_role("button", name="Start over with a new key").click()
    kept = keep(page)
    expect(page.get_by_role("heading", name="Your key is ready")).to_be_focused()
    return kept


def vouch(scene: Scene, name: str) -> None:
    """A colleague compared the new key and vouches for it."""
    services = scene.tool.services
    by = next(one for one in ("Rowanbark", "Fennelwood") if one != name)
    with services.database.write() as session:
        roster = services.domain.roster
        roster.vouch(session, DESK, scene.id_of(by), scene.id_of(name), services.today())


class TestPasskeys:
    """On a device whose passkeys have PRF."""

    @pytest.fixture
    def device(self, page: Page) -> Device:
        return Device(page)

    def test_passkey_opens_the_key_and_comes_first(self, page: Page, device: Device) -> None:
        add_passkey(page)
        assert ways(page) == ["a passkey", "your passphrase"]
        assert "Rowanbark" not in "".join(device.names())
        lock(page)

        buttons = page.locator("[data-key-flow] form button")
        expect(buttons.first).to_contain_text("Unlock with your passkey of")
        buttons.first.click()

        expect(page.get_by_text(OPEN_UNTIL)).to_be_visible()

    def test_passkey_opens_reports(self, page: Page, device: Device, scene: Scene) -> None:
        assert device
        add_passkey(page)
        scene.fold("Larkspur", "Thornbury", "It hurt.")
        lock(page)
        page.goto(QUEUE)
        page.get_by_role("button", name="Unlock with your passkey of").click()

        expect(page.locator("[data-row] [data-account]")).to_have_text(["Thornbury"])

    def test_device_that_says_no_leaves_the_other_way(self, page: Page, device: Device) -> None:
        add_passkey(page)
        lock(page)
        device.refuse()
        page.get_by_role("button", name="Unlock with your passkey of").click()
        expect(page.get_by_role("alert").filter(has_text="was not used")).to_be_visible()

        type_secret(page, PASSPHRASES["Rowanbark"])

        expect(page.get_by_text(OPEN_UNTIL)).to_be_visible()

    def test_passkey_that_was_removed_opens_nothing(self, page: Page, device: Device) -> None:
        assert device
        add_passkey(page)
        line = page.locator("[data-wraps] > li", has_text="a passkey")
        line.get_by_role("button", name="Remove").click()
        line.get_by_role("button", name="Really remove it").click()
        said(page, "Removed")
        assert ways(page) == ["your passphrase"]
        lock(page)

        expect(page.get_by_role("button", name="Unlock with your passkey of")).to_have_count(0)

    def test_reporters_passkey_keeps_nothing_in_the_browser(
        self, open_page: OpenPage, scene: Scene
    ) -> None:
        page = open_page()
        Device(page)
        scene.tool.sign_in(page.context, "Larkspur")
        page.goto("/key")
        page.get_by_role("button", name="Make my key").click()
        code = keep(page)["recovery"]
        expect(page.get_by_role("heading", name="Your key is ready")).to_be_focused()
        page.reload()
        type_secret(page, code)
        add_passkey(page)
        page.reload()
        page.get_by_role("button", name="Unlock with your passkey of").click()

        expect(page.get_by_text("That opens your key.")).to_be_focused()
        kept = page.evaluate("JSON.stringify([{ ...sessionStorage }, { ...localStorage }])")
        assert kept == "[{},{}]"


def test_device_without_prf_is_said_in_clear_words(page: Page) -> None:
    Device(page, prf=False)
    page.get_by_role("button", name="Add a passkey").click()

    alert = page.get_by_role("alert").filter(has_text="cannot open keys in this way")
    expect(alert).to_be_visible()
    assert ways(page) == ["your passphrase"]


def test_browser_without_prf_offers_no_passkey(open_page: OpenPage, scene: Scene) -> None:
    page = open_page()
    page.add_init_script(
        """PublicKeyCredential.getClientCapabilities =
            () => Promise.resolve({ "extension:prf": false })"""
    )
    scene.enter(page, "Rowanbark", "/key")
    unlock(page, "Rowanbark")

    expect(page.get_by_text("cannot open keys in this way")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()


def test_new_passphrase_takes_the_place_of_the_old_one(page: Page) -> None:
    page.get_by_role("button", name="New passphrase").click()
    fresh = keep(page)["passphrase"]
    said(page, "It opens your key from now on")
    assert ways(page) == ["your passphrase"]
    lock(page)

    type_secret(page, PASSPHRASES["Rowanbark"])
    expect(page.get_by_role("alert").filter(has_text="does not open your key")).to_be_visible()
    type_secret(page, fresh)

    expect(page.get_by_text(OPEN_UNTIL)).to_be_visible()


def test_recovery_code_is_added_and_the_last_one_on_paper_stays(page: Page) -> None:
    page.get_by_role("button", name="New recovery code").click()
    code = keep(page)["recovery"]
    said(page, "It opens your key from now on")
    assert ways(page) == ["your passphrase", "your recovery code"]
    for _ in range(2):
        line = page.locator("[data-wraps] > li").first
        line.get_by_role("button", name="Remove").click()
        line.get_by_role("button", name="Really remove it").click()
        expect(page.locator("[data-wraps] > li")).to_have_count(1)
        expect(page.get_by_role("button", name="Remove")).to_be_enabled()

    expect(page.get_by_role("alert").filter(has_text="This is the last")).to_be_visible()
    lock(page)
    type_secret(page, code)
    expect(page.get_by_text(OPEN_UNTIL)).to_be_visible()


def test_plain_key_is_saved_after_the_warning(page: Page, tmp_path: Path) -> None:
    page.locator("summary", has_text="Take your key along").click()
    expect(page.get_by_text("Whoever finds that file can read everything")).to_be_visible()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save the key without a lock").click()
    saving.value.save_as(tmp_path / "key.txt")

    comment, identity, rest = (tmp_path / "key.txt").read_text("ascii").split("\n")
    assert comment.startswith("# public key: age1pq1")
    assert identity.startswith("AGE-SECRET-KEY-PQ-1")
    assert rest == ""


class TestAnotherKey:
    """Two reports came before the key changes."""

    @pytest.fixture
    def page(self, scene: Scene, page: Page) -> Page:
        for number in range(3):
            scene.fold("Larkspur", "Brackenridge", f"Word {number}.")
        return page

    def open_case(self, page: Page) -> None:
        page.goto(QUEUE)
        page.locator("[data-row]", has_text="Brackenridge").get_by_role("link").click()
        expect(page.locator(".cs-words")).to_have_count(3)

    def rebox(self, page: Page) -> None:
        page.get_by_role("button", name="Seal them to my new key").click()

    def test_old_reports_open_by_the_keyring_once_somebody_vouched(
        self, page: Page, scene: Scene
    ) -> None:
        kept = change_key(page)
        page.goto(QUEUE)
        expect(page.get_by_text("waits for somebody to vouch for it")).to_be_visible()
        vouch(scene, "Rowanbark")
        self.open_case(page)

        page.goto("/key")
        lock(page)
        type_secret(page, kept["passphrase"])
        expect(page.get_by_text(OPEN_UNTIL)).to_be_visible()
        self.open_case(page)

    def test_reports_are_sealed_to_the_new_key_and_the_old_one_is_let_go(
        self, page: Page, scene: Scene
    ) -> None:
        change_key(page)
        vouch(scene, "Rowanbark")
        page.goto("/key")
        self.rebox(page)
        said(page, "3 reports were sealed to your key of now. The earlier key is forgotten.")

        page.goto("/key")
        expect(page.get_by_role("button", name="Add a passkey")).to_be_attached()
        expect(page.get_by_role("button", name="Seal them to my new key")).to_have_count(0)
        self.open_case(page)

    def test_reboxing_that_was_cut_off_goes_on_with_what_is_left(
        self, page: Page, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reboxing, "AT_ONCE", 1)
        change_key(page)
        page.goto("/key")
        page.route("**/key/boxes?after=*", lambda route: route.abort())
        self.rebox(page)
        expect(page.get_by_role("alert").filter(has_text="There was no answer")).to_be_visible()
        with scene.tool.services.database.read() as session:
            key = scene.tool.services.domain.keys.of(session, scene.id_of("Rowanbark"))
        assert key is not None
        assert len(key.kept) == 1

        page.unroute("**/key/boxes?after=*")
        self.rebox(page)

        said(page, "2 reports were sealed to your key of now.")

    def test_report_that_does_not_open_keeps_the_old_key_until_that_is_wanted(
        self, page: Page, scene: Scene
    ) -> None:
        """The server hands out a damaged box."""

        def damage(route: Route) -> None:
            answer = route.fetch()
            body = answer.json()
            for box in body.get("boxes", [])[:1]:
                box["box"] = box["box"][:-4] + "AAAA"
            route.fulfill(response=answer, json=body)

        change_key(page)
        page.goto("/key")
        page.route("**/key/boxes", damage)
        self.rebox(page)
        said(page, "One report could not be opened with any of your keys. So the earlier key was")
        with scene.tool.services.database.read() as session:
            key = scene.tool.services.domain.keys.of(session, scene.id_of("Rowanbark"))
        assert key is not None
        assert key.keyring is not None

        page.get_by_role("button", name="Let the earlier key go all the same").click()

        said(page, "The earlier key is forgotten.")

    def test_lost_key_is_vouched_for_and_shared_with_again(
        self, open_page: OpenPage, page: Page, scene: Scene
    ) -> None:
        """Fennelwood lost everything; Rowanbark shares what was filed before."""
        other = open_page()
        scene.enter(other, "Fennelwood", "/key")
        expect(other.get_by_label("Passphrase or recovery code")).to_be_visible()
        start_over(other)
        vouch(scene, "Fennelwood")
        other.goto(QUEUE)
        expect(other.locator("[data-account-here]")).to_have_count(0)

        page.goto(ROSTER)
        card = page.locator("li.cs-card", has=page.get_by_role("heading", name="Fennelwood"))
        card.get_by_role("button", name="Share what was filed before").click()
        expect(card.locator("[data-share-said]")).to_have_text("3 reports were shared.")

        self.open_case(other)

    def test_server_that_answers_nothing_leaves_the_old_key(self, page: Page, scene: Scene) -> None:
        page.route("**/key/change", lambda route: route.abort())
        page.locator("summary", has_text="Change my key").click()
        page.get_by_role("button", name="Make the new key").click()
        keep(page)

        expect(page.get_by_role("alert").filter(has_text="There was no answer")).to_be_visible()
        with scene.tool.services.database.read() as session:
            member = scene.tool.services.domain.roster.member(
                session, DESK, scene.id_of("Rowanbark")
            )
        assert member is not None
        assert member.standing is Standing.READER


def test_reporter_reads_the_own_report_with_another_key(open_page: OpenPage, scene: Scene) -> None:
    """Filed with a first key, read by the keyring of a second, then sealed to that."""
    page = open_page()
    scene.tool.sign_in(page.context, "Larkspur")
    page.goto(f"/report/{DESK}")
    page.get_by_label("What happened?").fill("Quincunx.")
    page.get_by_role("button", name="Seal and send").click()
    code = keep(page)["recovery"]
    page.get_by_role("link", name="Go to your report").click()
    own = page.url
    page.goto("/key")
    type_secret(page, code)
    code = change_key(page)["recovery"]

    page.goto(own)
    type_secret(page, code)
    expect(page.locator("[data-narrative]")).to_have_text("Quincunx.")
    page.goto("/key")
    type_secret(page, code)
    page.get_by_role("button", name="Seal them to my new key").click()
    said(page, "One report was sealed to your key of now. The earlier key is forgotten.")
    page.goto(own)
    type_secret(page, code)
    expect(page.locator("[data-narrative]")).to_have_text("Quincunx.")


def test_reporters_page_forgets_the_opened_report_without_input(
    open_page: OpenPage, scene: Scene
) -> None:
    page = open_page()
    page.context.clock.install()
    scene.tool.sign_in(page.context, "Larkspur")
    page.goto("/key")
    page.get_by_role("button", name="Make my key").click()
    code = keep(page)["recovery"]
    expect(page.get_by_role("heading", name="Your key is ready")).to_be_focused()
    page.reload()
    type_secret(page, code)
    expect(page.get_by_text("That opens your key.")).to_be_visible()

    with page.expect_navigation():
        page.context.clock.fast_forward("00:30:01")

    expect(page.get_by_label("Passphrase or recovery code")).to_be_visible()


def test_challenge_that_is_no_nonce_is_not_answered(page: Page, scene: Scene) -> None:
    """A server that passes a box off as a challenge does not get to know what is in it."""
    report = scene.fold("Larkspur", "Brackenridge", "It hurt.")
    with scene.tool.services.database.read() as session:
        reader = scene.id_of("Rowanbark")
        box = scene.tool.services.domain.reports.boxes(session, [report], reader)[report]
    answered: list[str] = []

    def swap(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "sealed": to_text(box)})

    page.route("**/key/step-up/challenge", swap)
    page.on("request", lambda sent: answered.append(sent.url))
    page.locator("summary", has_text="Take your key along").click()
    page.get_by_role("button", name="Save the key without a lock").click()

    expect(page.get_by_role("alert").filter(has_text="could not be opened")).to_be_visible()
    assert not [url for url in answered if url.endswith("/key/step-up")]


def test_page_that_wants_the_key_takes_the_unlocked_one_and_goes_on(
    page: Page, open_page: OpenPage, scene: Scene
) -> None:
    """Asked for by address: what a script would get stands there afterwards."""
    page.goto("/key/boxes")
    expect(page.get_by_text('"left":0')).to_be_visible()

    other = open_page()
    scene.enter(other, "Rowanbark", "/key/boxes")
    expect(other.get_by_role("heading", name="Show your key once more")).to_be_visible()
    type_secret(other, PASSPHRASES["Rowanbark"])
    expect(other.get_by_text('"left":0')).to_be_visible()


def show_managing(page: Page) -> None:
    Device(page)
    add_passkey(page)
    for summary in page.locator("[data-manage] summary").all():
        summary.click()


def show_rebox(page: Page) -> None:
    change_key(page)
    page.goto("/key")
    expect(page.get_by_role("button", name="Seal them to my new key")).to_be_visible()


def show_lost(page: Page) -> None:
    Device(page)
    add_passkey(page)
    lock(page)
    page.locator("summary", has_text="Start over").click()


def show_step_up(page: Page) -> None:
    lock(page)
    page.goto("/key/boxes")
    expect(page.get_by_label("Passphrase or recovery code")).to_be_visible()


PAGES = {
    "managing": show_managing,
    "old reports": show_rebox,
    "locked, lost": show_lost,
    "step up": show_step_up,
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_a_phone_shows_it_whole(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})

    PAGES[name](page)

    assert axe_faults(page) == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(wider) == 0
    assert "\u29fc" not in page.locator("body").inner_text()  # a message that the page lacks
