# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looking at a page as it is now, on the smallest screen: with axe, and in both directions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

Look = Callable[[str, Page], None]
"""Called with a name and a page wherever the story meets a page worth looking at."""

AXE: Final = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
NARROW: Final = 320
WIDE: Final = 1280
HEIGHT: Final = 900

_VIOLATIONS: Final = """async () => {
    // Colours on their way to others have a contrast that nobody reads by.
    const moving = document.getAnimations().filter(
        (one) => one.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(moving.map((one) => one.finished));
    const { violations } = await axe.run();
    const places = (nodes) => nodes.map((one) => one.target).join(" | ");
    return violations.map(({ id, nodes }) => `${id}: ${places(nodes)}`);
}"""
_TOO_WIDE: Final = """() => {
    const page = document.scrollingElement;
    return page.scrollWidth - page.clientWidth;
}"""
_DIRECTION: Final = "direction => { document.documentElement.dir = direction; }"
_WITHOUT_AXE: Final = "() => typeof axe === 'undefined'"


def turned(page: Page, direction: str) -> None:
    """Lay the page out in ``ltr`` or ``rtl`` without losing what is typed or opened on it."""
    page.evaluate(_DIRECTION, direction)


def resized(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHT})


@dataclass
class Inspector:
    """Notes what axe finds, and which pages are wider than a small screen."""

    looked_at: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)

    def __call__(self, name: str, page: Page) -> None:
        self.looked_at.append(name)
        if page.evaluate(_WITHOUT_AXE):
            page.evaluate(AXE.read_text("utf-8"))
        resized(page, NARROW)
        self.violations += [f"{name}: {one}" for one in page.evaluate(_VIOLATIONS)]
        self._measure(f"{name}, left to right", page)
        turned(page, "rtl")
        self._measure(f"{name}, right to left", page)
        turned(page, "ltr")
        resized(page, WIDE)

    def _measure(self, name: str, page: Page) -> None:
        beyond = page.evaluate(_TOO_WIDE)
        if beyond > 0:
            self.too_wide.append(f"{name}: {beyond} px too wide")
