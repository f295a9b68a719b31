# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people do on the tool's pages, in the words that stand on them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect

from tests.demo.looking import Look
from tests.demo.process import PATIENCE_S

DESK = "oversight-sandbox"
FORM = f"/report/{DESK}"
PLAIN_FORM = f"/report/{DESK}/plain"
QUEUE = f"/desk/{DESK}"
ROSTER = f"/desk/{DESK}/roster"

expect.set_options(timeout=PATIENCE_S * 1000)


def choose(page: Page, label: str) -> None:
    """Codex draws its own sign over the box: the label is what one presses."""
    page.locator("main label").get_by_text(label, exact=True).click()


def open_form(page: Page) -> None:
    """The form of the demo's desk, started."""
    page.goto(FORM)
    expect(send_button(page)).to_be_enabled()


def send_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Seal and send")


def write(page: Page, words: str, accounts: Sequence[str], pasted: str) -> None:
    """Fill the form; returns once the pasted links were looked at."""
    page.get_by_label("What happened?").fill(words)
    for name in accounts:
        page.get_by_label("Which accounts is it about?").fill(name)
        page.get_by_role("button", name="Add", exact=True).click()
    if pasted:
        page.get_by_label("Which edits show it?").fill(pasted)
        expect(found_links(page)).not_to_have_count(0)


def found_links(page: Page) -> Locator:
    """What stands below the field for links, one item a link."""
    return page.locator("[data-found] > li")


def keep_secrets(page: Page) -> dict[str, str]:
    """Write down what the page shows once, and say so. By kind: recovery, passphrase."""
    shown = page.locator("[data-secret]")
    shown.first.wait_for()
    secrets = {
        str(one.get_attribute("data-secret")): one.inner_text().strip() for one in shown.all()
    }
    page.get_by_role("button", name="I have kept it").click()
    return secrets


def expect_sent(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your report has arrived")).to_be_visible()


def go_to_own(page: Page) -> str:
    """From the page after sending to the report's own page; its path."""
    page.get_by_role("link", name="Go to your report").click()
    page.wait_for_url(re.compile(r"/reports/[\w-]{22}$"))
    return page.url.removeprefix(page.url.split("/reports/")[0])


def unlock(page: Page, secret: str) -> None:
    """Type a passphrase or a recovery code where the page asks for it."""
    page.get_by_label("Passphrase or recovery code").fill(secret)
    page.get_by_role("button", name="Unlock", exact=True).click()
    page.get_by_label("Passphrase or recovery code").wait_for(state="detached")


def make_key(page: Page, look: Look, name: str = "") -> dict[str, str]:
    """A personal key on its own page; what has to be kept. ``name`` names what is looked at."""
    page.goto("/key")
    page.get_by_role("button", name="Make my key").wait_for()
    if name:
        look(f"{name}-none", page)
    page.get_by_role("button", name="Make my key").click()
    if name:
        page.locator("[data-secret]").first.wait_for()
        look(f"{name}-secrets", page)
    secrets = keep_secrets(page)
    expect(page.get_by_role("heading", name="Your key is ready")).to_be_visible()
    if name:
        look(f"{name}-made", page)
    return secrets


def fingerprint(page: Page) -> str:
    """The eight groups that stand on the page of one's own key."""
    page.goto("/key")
    return " ".join(page.locator(".cs-fingerprint").first.inner_text().split())


def card_of(page: Page, name: str) -> Locator:
    """A colleague's part of the roster."""
    return page.locator("main li.cs-card").filter(has=page.get_by_role("heading", name=name))


def share_backlog(page: Page, name: str) -> None:
    """Share with a colleague what was filed before; with the key of this tab."""
    part = card_of(page, name)
    part.get_by_role("button", name="Share what was filed before").click()


def finding(page: Page, number: int) -> Locator:
    """What the wiki said about the ``number``-th link (from 0) of one's own, opened report."""
    return page.locator("[data-checks] > li").nth(number).locator("[data-finding-kind]")
