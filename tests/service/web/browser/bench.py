# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long sealing takes in a real Chromium, and whether the page stays awake meanwhile.

    .venv/bin/python -m tests.service.web.browser.bench

Prints milliseconds; exits with 1 when something blocked the page for more than 100 ms, or when
files of 50 MB made the page's own memory grow. Needs the machine for itself, so it is no test.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from service.sealing import age
from tests.fixtures_chromium import CHROMIUM, FLAGS
from tests.service.web.browser.conftest import html, loaded
from tests.service.web.browser.node import run_node
from tests.service.web.browser.served import Site

LONGEST_BLOCK_MS: Final = 100
SEAL: Final = "seal 5 KB for 50 readers (median of 5)"
LONGEST_SEAL_MS: Final = 500
MOST_GROWTH_MB: Final = 16
"""Files are Blobs, which lie outside of a page's heap; a chunk is looked at at a time."""

WATCH: Final = """() => {
    window.blocks = [];
    const note = (list) => list.getEntries().forEach(({ duration }) => blocks.push(duration));
    new PerformanceObserver(note).observe({ type: "longtask" });
}"""
TAKE_PHOTO: Final = """async () => {
    const canvas = new OffscreenCanvas(4000, 3000);
    const context = canvas.getContext("2d");
    for (let at = 0; at < 3000; at += 1) {
        context.fillStyle = `hsl(${at % 360} 80% ${20 + (at * 7) % 60}%)`;
        context.fillRect((at * 37) % 4000, at, 900, 3);
    }
    window.taken = await canvas.convertToBlob({ type: "image/jpeg" });
}"""
"""Not part of what is measured: our pages paint nothing."""
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
    SEAL: """async (readers) => {
        window.filing = await probe.client.run(
            "sealFiling", { report: "r", narrative: "x".repeat(5120), readers });
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
    "paint a photo of 12 megapixels anew": """async () => {
        window.photo = (await probe.client.run("prepareFile", { file: taken })).file;
    }""",
    "seal 5 files of 10 MB": """async () => {
        window.pair = await probe.personal.makeKey();
        const recipient = pair.recipient;
        const file = new Blob(["%PDF-", new Uint8Array(10 * 1024 * 1024 - 5)]);
        for (let number = 0; number < 5; number++) {
            const about = { name: "letter.pdf", kind: "pdf" };
            window.sealed = await probe.client.run("sealAttachment", {
                report: "r", part: "attachment-0", about, file, recipient });
        }
    }""",
    "open a file of 10 MB": """async () => {
        const readers = { me: key.recipient };
        const filing = await probe.client.run(
            "sealFiling", { report: "r", narrative: "words", readers, key: pair });
        const opened = await probe.client.run("openAttachment", {
            identity: key.identity, report: "r", recipient: pair.recipient,
            box: probe.bytes.fromBase64Url(filing.boxes.me), part: "attachment-0", sealed });
        if (opened.kind !== "pdf") throw new Error("not opened");
    }""",
    "show a photo of 12 megapixels": """async () => {
        const image = document.createElement("img");
        image.src = URL.createObjectURL(photo);
        await image.decode();
        document.body.append(image);
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    }""",
}


def report(value: float, what: str, unit: str = "ms") -> None:
    sys.stdout.write(f"{value:8.0f} {unit}  {what}\n")


def heap_mb(page: Page) -> float:
    """Megabytes of the page's own heap, once what is not used any more was collected."""
    tools = page.context.new_cdp_session(page)
    tools.send("HeapProfiler.collectGarbage")
    used: float = tools.send("Runtime.getHeapUsage")["usedSize"]
    return used / 1e6


def measure(page: Page) -> bool:
    """Print each task's time; whether the page was never blocked for too long."""
    readers = {str(number): age.new_identity()[1] for number in range(50)}
    page.evaluate(TAKE_PHOTO)
    page.evaluate(WATCH)
    before = heap_mb(page)
    for name, task in TASKS.items():
        timed = f"""async (argument) => {{
            const start = performance.now();
            await ({task})(argument);
            return performance.now() - start;
        }}"""
        times = [page.evaluate(timed, readers) for _ in range(5 if name == SEAL else 1)]
        report(statistics.median(times), name)
    blocks: list[float] = page.evaluate("blocks")
    longest = max(blocks, default=0)
    report(longest, "longest that the page was blocked")
    grown = heap_mb(page) - before
    report(grown, "growth of the page's memory", "MB")
    return longest <= LONGEST_BLOCK_MS and grown <= MOST_GROWTH_MB


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
