# SPDX-License-Identifier: AGPL-3.0-or-later
"""What axe finds on a page, once its colours have arrived."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from playwright.sync_api import Page

AXE: Final = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"

_RUN: Final = """async () => {
    // Colours on their way to others have a contrast that nobody reads by.
    const moving = document.getAnimations().filter(
        (one) => one.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(moving.map((one) => one.finished));
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => [id, ...nodes.map((one) => one.html)]);
}"""


def axe_faults(page: Page) -> list[list[str]]:
    """For each rule that is broken: its name, and the elements that break it."""
    page.evaluate(AXE.read_text("utf-8"))
    found: list[list[str]] = page.evaluate(_RUN)
    return found
