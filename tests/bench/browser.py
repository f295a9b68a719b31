# SPDX-License-Identifier: AGPL-3.0-or-later
"""The browser: sealing in a real Chromium (tests/service/web/browser/bench.py, as it runs on its
own), a case of 100 reports on its page, and how large the script is.
"""

from __future__ import annotations

import gzip
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from onwiki.sandbox import demo
from onwiki.sandbox.store import Store
from service.cases.visible import id_value
from service.desks.rows import lay_rows
from service.ids import to_text
from service.matching.tokens import Kind, case_id, derive
from tests.bench.figures import Figure
from tests.fixtures_chromium import CHROMIUM, FLAGS
from tests.fixtures_sandbox import CALLBACK, running_sandbox
from tests.service.conftest import demo_environ
from tests.service.desks.scene import QUEUE, Scene, unlock
from tests.service.reports.live import running_tool
from tests.service.web.browser.bench import (
    LONGEST_BLOCK_MS,
    LONGEST_SEAL_MS,
    MOST_GROWTH_MB,
    SEAL,
)
from tests.service.web.browser.node import REPOSITORY, run_node
from tests.service.world import DESK

REPORTS: Final = 100
FIRST_MS: Final = 1000
ALL_MS: Final = 3000
BUNDLE_BYTES: Final = 60 * 1024

_BLOCKED: Final = "longest that the page was blocked"
_GROWN: Final = "growth of the page's memory"
_BOUNDS: Final = {_BLOCKED: LONGEST_BLOCK_MS, _GROWN: MOST_GROWTH_MB, SEAL: LONGEST_SEAL_MS}
_OPENED: Final = """() => {
    window.opened = {};
    window.blocks = [];
    const note = (list) => list.getEntries().forEach(({ duration }) => blocks.push(duration));
    new PerformanceObserver(note).observe({ type: "longtask", buffered: true });
    const look = () => {
        const there = document.querySelectorAll("[data-report] .cs-words").length;
        if (there > 0) opened.first ??= performance.now();
        if (there === REPORTS) opened.all ??= performance.now();
        opened.all ? requestIdleCallback(opened.tell) : requestAnimationFrame(look);
    };
    opened.done = new Promise((tell) => (opened.tell = tell));
    requestAnimationFrame(look);
}"""
"""Put into the page before its own script; times since the navigation began."""


def measure() -> Iterator[Figure]:
    yield from sealing()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bundle = folder / "bundle"
        bundle.mkdir()
        run_node(REPOSITORY / "service/web/browser/build.mjs", str(bundle))
        (script,) = bundle.glob("app-*.js")
        size = len(gzip.compress(script.read_bytes(), 9))
        yield Figure.at_most("the script, gzip", size, BUNDLE_BYTES, "bytes")
        yield from case_page(folder, bundle)


def sealing() -> Iterator[Figure]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.service.web.browser.bench"],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in done.stdout.splitlines():
        value, unit, what = line.strip().split(maxsplit=2)
        if what in _BOUNDS:
            yield Figure.at_most(what, float(value), _BOUNDS[what], unit)
        else:
            yield Figure(what, f"{value} {unit}")
    if _GROWN not in done.stdout:
        yield Figure("the browser's bench", "did not finish", "finishes", kept=False)


def case_page(folder: Path, bundle: Path) -> Iterator[Figure]:
    """A reader with the key open in the tab goes to a case; after one visit to warm up."""
    store = Store(folder / "sandbox.sqlite3")
    demo.prepare(store, CALLBACK)
    with (
        running_sandbox(store) as sandbox,
        running_tool(demo_environ(folder), sandbox, bundle, folder) as tool,
        sync_playwright() as playwright,
    ):
        lay_rows(tool.services.database, tool.services.desks)
        scene = Scene(tool)
        scene.add_reader("Rowanbark")
        scene.add_reader("Fennelwood")
        narrative = "It happened again. " * 270
        for _ in range(REPORTS):
            scene.fold("Larkspur", "Brackenridge", narrative, scene.edit("sandboxwiki", 310000001))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(base_url=tool.base_url)
        page.set_default_timeout(60_000)
        scene.enter(page, "Rowanbark", QUEUE)
        unlock(page, "Rowanbark")
        keys = tool.services.match_keys
        about = id_value(scene.id_of("Brackenridge"))
        address = f"{QUEUE}/cases/{to_text(case_id(derive(keys, DESK, Kind.ACCOUNT, about)))}"
        page.add_init_script(f"const REPORTS = {REPORTS}; ({_OPENED})()")
        times = [_visit(page, address) for _ in range(6)][1:]
        browser.close()
    first, every, blocked = (statistics.median(one) for one in zip(*times, strict=True))
    label = f"a case of {REPORTS} reports (median of 5)"
    yield Figure.at_most(f"{label}: first one readable", first, FIRST_MS, "ms")
    yield Figure.at_most(f"{label}: all readable", every, ALL_MS, "ms")
    yield Figure.at_most(f"{label}: page blocked for", blocked, LONGEST_BLOCK_MS, "ms")


def _visit(page: Page, address: str) -> tuple[float, float, float]:
    page.goto(address)
    page.evaluate("opened.done")
    first, every, blocked = page.evaluate("[opened.first, opened.all, Math.max(0, ...blocks)]")
    return first, every, blocked
