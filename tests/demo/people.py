# SPDX-License-Identifier: AGPL-3.0-or-later
"""The people of the demo, each with a browser profile and one tab of their own."""

from __future__ import annotations

from types import TracebackType
from typing import Final

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.demo.looking import HEIGHT, WIDE
from tests.demo.process import PATIENCE_S
from tests.demo.wire import Wire

NOBODY: Final = ""
"""The visitor who is not signed in."""


class People:
    """Tabs by name. What they send goes over ``wire``; what they complain of is kept."""

    def __init__(self, chromium: Browser, base_url: str, wire: Wire) -> None:
        self.base_url = base_url
        self.wire = wire
        self.complaints: list[str] = []
        self._chromium = chromium
        self._tabs: dict[str, Page] = {}

    def __enter__(self) -> People:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for tab in self._tabs.values():
            tab.context.close()

    def tab(self, name: str = NOBODY) -> Page:
        """The one tab of this person; signed in at the first call, unless it is nobody."""
        if name not in self._tabs:
            self._tabs[name] = self.profile().new_page()
            if name != NOBODY:
                sign_in(self._tabs[name], name)
        return self._tabs[name]

    def profile(self, *, scripts: bool = True) -> BrowserContext:
        """A fresh profile; with ``scripts=False`` JavaScript is switched off."""
        context = self._chromium.new_context(
            base_url=self.base_url,
            java_script_enabled=scripts,
            viewport={"width": WIDE, "height": HEIGHT},
            reduced_motion="reduce",
            # Chromium goes past proxies to this machine unless it is told not to.
            proxy={"server": self.wire.proxy, "bypass": "<-loopback>"},
        )
        context.set_default_timeout(PATIENCE_S * 1000)
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        return context

    def _listen(self, line: ConsoleMessage) -> None:
        # Chromium writes a line for each answer that is no success; those are asked for.
        if line.type in {"error", "warning"} and not line.text.startswith("Failed to load"):
            self.complaints.append(line.text)


def choose_person(page: Page, name: str) -> None:
    """From the first page to the wiki, and there: be ``name``. The wiki's question comes next, for
    people who never answered it.
    """
    page.goto("/")
    page.get_by_role("button", name="Sign in and begin").click()
    page.get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page, name: str) -> None:
    """The whole way for somebody who never was here: to the choice of a desk."""
    choose_person(page, name)
    page.get_by_role("button", name="Allow").click()
    page.locator("summary", has_text=name).wait_for()
