# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sandbox's pages in a real Chromium: no finding of axe, no sideways scrolling at 320 px."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from oauthlib.oauth1 import Client
from playwright.sync_api import Browser, Page
from requests import post

from onwiki.sandbox import demo
from tests.fixtures_sandbox import CALLBACK, TIMEOUT_S, Sandbox

pytestmark = pytest.mark.browser
AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"

PATHS = (
    "/wiki/Main_Page",
    "/wiki/User_talk:Larkspur",
    "/wiki/User_talk:Larkspur?action=history",
    "/wiki/Special:Diff/310000008",
    "/wiki/Special:Diff/310000011",
    "/w/index.php?oldid=310000004",
    "/wiki/Special:AllPages",
    "/wiki/No_such_page",
    "/wiki/Special:UserLogin",
    "/wiki2/User_talk:Quillfeather",
)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


def check(page: Page) -> None:
    page.evaluate(AXE.read_text())
    violations: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    assert [violation["id"] for violation in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def authorize_url(sandbox: Sandbox) -> str:
    address = f"{sandbox.wiki('sandboxwiki').index_url}?title=Special%3AOAuth%2Finitiate"
    signer = Client(demo.SIGN_IN.key, demo.SIGN_IN.secret, callback_uri=CALLBACK)
    uri, headers, _ = signer.sign(address, http_method="POST")
    begun = post(uri, headers={"Authorization": headers["Authorization"]}, timeout=TIMEOUT_S)
    token = begun.text.partition("oauth_token=")[2].partition("&")[0]
    index = sandbox.wiki("sandboxwiki").index_url
    return f"{index}?title=Special%3AOAuth%2Fauthenticate&oauth_token={token}"


def test_pages_are_accessible_on_a_small_screen(sandbox: Sandbox, page: Page) -> None:
    for path in PATHS:
        page.goto(sandbox.base_url + path)
        check(page)


def test_sign_in_by_keyboard_alone(sandbox: Sandbox, page: Page) -> None:
    page.goto(authorize_url(sandbox))
    check(page)
    page.get_by_role("button", name="Quillfeather").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Hi Quillfeather,").wait_for()
    check(page)
    page.get_by_role("button", name="Cancel").focus()
    page.keyboard.press("Enter")
    page.get_by_text("You have chosen not to allow").wait_for()
    check(page)


def test_allow_leads_back_past_the_forms_policy(sandbox: Sandbox, page: Page) -> None:
    """``form-action`` also covers the redirect that follows the form."""
    came: list[str] = []

    def arrive(route: Any) -> None:
        came.append(route.request.url)
        route.fulfill(body="back", content_type="text/plain")

    page.route(f"{CALLBACK}**", arrive)
    page.goto(authorize_url(sandbox))
    page.get_by_role("button", name="Larkspur").click()
    page.get_by_role("button", name="Allow").click()
    page.get_by_text("back").wait_for()
    assert came[0].startswith(f"{CALLBACK}?oauth_verifier=")
