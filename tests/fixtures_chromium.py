# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fixture ``chromium``: Debian's browser, one for all tests of this process.

Playwright's synchronous API can be started once in a process; every test with a browser takes this
one and makes profiles (``new_context``) of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
# Two pages of the address bar, which Chromium would load for every new profile: half
# a second of processor time each. It heeds the last --disable-features alone, so what Playwright
# switches off is named once more.
NOT_NEEDED = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
OFF_BY_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
# Without the last three Chromium looks for Google's hosts at every start.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    f"--disable-features={','.join((*OFF_BY_PLAYWRIGHT, *NOT_NEEDED))}",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()
