# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long sealing takes in a real Chromium, and whether the page stays awake meanwhile.

    .venv/bin/python -m tests.service.web.browser.bench

Prints milliseconds; exits with 1 when something blocked the page for more than 100 ms. Needs the
machine for itself, so it is no test.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from service.sealing import age
from tests.fixtures_chromium import CHROMIUM, FLAGS
from tests.service.web.browser.conftest import html, loaded, run_node
from tests.service.web.browser.served import Site

LONGEST_BLOCK_MS: Final = 100

WATCH: Final = """() => {
    window.blocks = [];
    const note = (list) => list.getEntries().forEach(({ duration }) => blocks.push(duration));
    new PerformanceObserver(note).observe({ type: "longtask" });
}"""
TASKS: Final = {
    "start the Worker, make a key": "async () => { await probe.personal.makeKey(); }",
    "make a key": "async () => { await probe.personal.makeKey(); }",
    "wrap with a passphrase (2^17)": """async () => {
        window.key = await probe.personal.makeKey();
        const secret = { kind: "passphrase", text: "amber otter quill zephyr meadow canoe" };
        window.wrapped = {
            recipient: key.recipient, wraps: [await probe.personal.wrapKey(key, secret)] };
    }""",
    "unwrap with a passphrase (2^17)": """async () => {
        await probe.personal.unwrapKey(
            wrapped, { kind: "passphrase", text: "amber otter quill zephyr meadow canoe" });
    }""",
    "seal a filing for 50 readers": """async (readers) => {
        window.filing = await probe.client.run(
            "sealFiling", { report: "r", narrative: "x".repeat(65536), readers });
    }""",
    "open 100 reports": """async () => {
        const readers = { me: key.recipient };
        const sealed = await probe.client.run(
            "sealFiling", { report: "r", narrative: "words", readers });
        const report = {
            report: "r",
            recipient: sealed.recipient,
            box: probe.bytes.fromBase64Url(sealed.boxes.me),
            parts: [{ name: "narrative", sealed: sealed.narrative }],
        };
        const reports = Array.from({ length: 100 }, () => report);
        await probe.client.run("openReports", { identity: key.identity, reports });
    }""",
}


def report(milliseconds: float, what: str) -> None:
    sys.stdout.write(f"{milliseconds:8.0f} ms  {what}\n")


def measure(page: Page) -> bool:
    """Print each task's time; whether the page was never blocked for too long."""
    readers = {str(number): age.new_identity()[1] for number in range(50)}
    page.evaluate(WATCH)
    for name, task in TASKS.items():
        timed = f"""async (argument) => {{
            const start = performance.now();
            await ({task})(argument);
            return performance.now() - start;
        }}"""
        report(page.evaluate(timed, readers), name)
    blocks: list[float] = page.evaluate("blocks")
    longest = max(blocks, default=0)
    report(longest, "longest that the page was blocked")
    return longest <= LONGEST_BLOCK_MS


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        probe = Path(folder)
        script = run_node(Path(__file__).with_name("build_probe.mjs"), folder).strip()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        with Site({"probe": probe}) as site:
            site.page("/", html(script=f"/probe/{script}"))
            page = browser.new_page()
            page.goto(f"{site.origin}/")
            loaded(page)
            awake = measure(page)
        browser.close()
    return 0 if awake else 1


if __name__ == "__main__":
    sys.exit(main())
