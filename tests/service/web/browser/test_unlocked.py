# SPDX-License-Identifier: AGPL-3.0-or-later
"""An unlocked key lives in one tab, for one person, for a while; and its halves lie apart."""

from __future__ import annotations

from typing import Any, Final

import pytest
from playwright.sync_api import BrowserContext, Page

from service.sealing import age
from tests.service.web.browser.conftest import html, loaded
from tests.service.web.browser.served import Site

pytestmark = pytest.mark.browser

IDENTITY, RECIPIENT = age.new_identity()
KEY: Final = {"identity": IDENTITY, "recipient": RECIPIENT}

KEEP: Final = "([key, person]) => probe.unlocked.keepUnlocked(key, person)"
HOLD: Final = """(person) => probe.unlocked.unlocked(person).then((key) => key?.identity ?? null)"""
FORGOTTEN: Final = """async () => {
    while (sessionStorage.length > 0) await new Promise(requestAnimationFrame);
}"""
ENTRIES: Final = """() => new Promise((resolve) => {
    const opening = indexedDB.open("community-support", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("tabs", { keyPath: "tab" });
    opening.onsuccess = () => {
        const all = opening.result.transaction("tabs").objectStore("tabs").getAll();
        all.onsuccess = () => {
            opening.result.close();
            resolve(all.result.map(({ tab, until, aes }) => [tab, until, aes.extractable]));
        };
    };
})"""


def keep(page: Page, person: str = "somebody") -> None:
    page.evaluate(KEEP, [KEY, person])


def held(page: Page, person: str | None = "somebody") -> Any:
    return page.evaluate(HOLD, person)


def load(page: Page, path: str = "/") -> None:
    page.goto(path)
    loaded(page)


def test_it_survives_page_loads_in_its_tab(page: Page) -> None:
    keep(page)
    for _ in range(3):
        load(page)
        assert held(page) == IDENTITY


def test_another_tab_has_none(page: Page, context: BrowserContext) -> None:
    keep(page)
    other = context.new_page()
    load(other)
    assert held(other) is None
    load(page)
    assert held(page) == IDENTITY


def test_a_tab_opened_from_this_one_forgets_the_copy_that_it_got(
    page: Page, context: BrowserContext
) -> None:
    """window.open, like "duplicate tab", copies sessionStorage."""
    keep(page)
    with context.expect_page() as opened:
        page.evaluate("void window.open('/')")
    copy = opened.value
    loaded(copy)
    assert held(copy) is None
    assert copy.evaluate("sessionStorage.length") == 0
    assert held(page) == IDENTITY
    load(page)
    assert held(page) == IDENTITY


def test_the_identity_is_nowhere_in_clear_and_its_key_cannot_be_exported(page: Page) -> None:
    keep(page)
    stored = page.evaluate("JSON.stringify({ ...sessionStorage })")
    assert IDENTITY not in stored
    assert "AGE-SECRET" not in stored
    ((_, _, extractable),) = page.evaluate(ENTRIES)
    assert extractable is False


def test_lock_now_forgets_both_halves_and_loads_the_page_anew(page: Page) -> None:
    keep(page)
    load(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Lock now").click()
    loaded(page)
    assert held(page) is None
    assert page.evaluate("sessionStorage.length") == 0
    assert page.evaluate(ENTRIES) == []


def test_the_lock_button_is_there_only_while_a_key_is_unlocked(page: Page) -> None:
    button = page.get_by_role("button", name="Lock now")
    assert not button.is_visible()
    keep(page)
    load(page)
    button.wait_for(state="visible")


@pytest.mark.parametrize("person", ["somebody-else", None])
def test_it_goes_when_another_person_or_nobody_is_signed_in(
    page: Page, site: Site, person: str | None
) -> None:
    keep(page)
    site.page("/other", html(person=person))
    load(page, "/other")
    page.evaluate(FORGOTTEN)
    while page.evaluate(ENTRIES):
        continue
    load(page)
    assert held(page) is None


def test_it_ends_after_four_hours(page: Page, context: BrowserContext) -> None:
    context.clock.install()
    load(page)
    keep(page)
    for _ in range(11):
        context.clock.fast_forward("00:20:00")
        page.keyboard.press("Shift")
    context.clock.fast_forward("00:19:00")
    assert held(page) == IDENTITY
    with page.expect_navigation():
        context.clock.fast_forward("00:01:01")
    loaded(page)
    assert held(page) is None


def test_it_is_locked_after_thirty_minutes_without_input(
    page: Page, context: BrowserContext
) -> None:
    context.clock.install()
    load(page)
    keep(page)
    context.clock.fast_forward("00:29:00")
    page.keyboard.press("Shift")
    context.clock.fast_forward("00:29:00")
    assert held(page) == IDENTITY
    load(page)
    context.clock.fast_forward("00:29:00")
    assert held(page) == IDENTITY
    with page.expect_navigation():
        context.clock.fast_forward("00:30:00")
    loaded(page)
    assert held(page) is None
    assert page.evaluate("sessionStorage.length") == 0


def test_a_tab_that_comes_back_after_thirty_minutes_has_none(
    page: Page, context: BrowserContext, site: Site
) -> None:
    """It was closed and restored, or the machine slept through the timer."""
    context.clock.install()
    load(page)
    keep(page)
    site.page("/elsewhere", "<!DOCTYPE html><title>Community Support</title>")
    page.goto("/elsewhere")
    context.clock.fast_forward("00:31:00")
    load(page)
    assert held(page) is None


def test_an_end_that_was_moved_in_session_storage_loses_the_key(page: Page) -> None:
    keep(page)
    page.evaluate(
        """() => {
            const [name] = Object.keys(sessionStorage);
            const kept = JSON.parse(sessionStorage[name]);
            sessionStorage[name] = JSON.stringify({ ...kept, until: kept.until + 3_600_000 });
        }"""
    )
    assert held(page) is None


def test_what_a_closed_tab_left_behind_is_purged_at_the_next_load(
    page: Page, context: BrowserContext
) -> None:
    keep(page)
    page.close()
    later = context.new_page()
    load(later)
    assert len(later.evaluate(ENTRIES)) == 1  # it may be between two pages
    later.evaluate("probe.unlocked.unlocked('somebody', Date.now() + 61_000)")
    assert later.evaluate(ENTRIES) == []


def test_the_entry_of_a_tab_that_lives_is_not_purged(page: Page, context: BrowserContext) -> None:
    keep(page)
    other = context.new_page()
    load(other)
    other.evaluate("probe.unlocked.unlocked('somebody', Date.now() + 61_000)")
    assert len(other.evaluate(ENTRIES)) == 1
    assert held(page) == IDENTITY


def test_signing_out_forgets_it(page: Page, site: Site) -> None:
    keep(page)
    form = '<form method="post" action="/signout" data-signs-out><button>Sign out</button></form>'
    site.page("/form", html(form))
    site.answers["POST", "/signout"] = site.answers["GET", "/"]
    load(page, "/form")
    assert held(page) == IDENTITY
    page.get_by_role("button", name="Sign out").click()
    loaded(page)
    assert page.evaluate("sessionStorage.length") == 0


def test_page_without_a_person_forgets_the_keys_of_all_tabs(
    page: Page, context: BrowserContext, site: Site
) -> None:
    """After signing out in one tab nothing is left of another, whether it still lives or not."""
    keep(page)
    site.page("/other", html(person=None))
    other = context.new_page()
    load(other, "/other")
    other.wait_for_function(f"({ENTRIES})().then((entries) => entries.length === 0)")
    load(page)
    assert held(page) is None


def test_the_page_of_an_error_of_ours_does_not_lock(page: Page, site: Site) -> None:
    keep(page)
    broken = html(person=None).replace('<meta name="csrf-token" content="the-token">', "")
    site.page("/broken", broken)
    load(page, "/broken")
    load(page)
    assert held(page) == IDENTITY
