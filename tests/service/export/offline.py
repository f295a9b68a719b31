# SPDX-License-Identifier: AGPL-3.0-or-later
"""The offline reader, opened from a disk in a browser that reaches nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.service.reports.desk import ReaderKey

PATIENCE = 60_000
"""Milliseconds, on a machine that has more to do."""


@dataclass
class Reader:
    """The page, and what its visitor has."""

    page: Page

    def choose(self, content: bytes) -> None:
        file = FilePayload(name="case.zip", mimeType="application/zip", buffer=content)
        self.page.get_by_label("The saved case").set_input_files(file)

    def choose_key(self, *files: tuple[str, bytes]) -> None:
        chosen = [
            FilePayload(name=name, mimeType="text/plain", buffer=content) for name, content in files
        ]
        self.page.get_by_label("Your key").set_input_files(chosen)

    def open(self) -> None:
        self.page.get_by_role("button", name="Open the case").click()

    def read(self, content: bytes, key: ReaderKey) -> None:
        """With the key in the plain, until all files are compared."""
        self.choose(content)
        self.choose_key(("key-plain.txt", plain(key)))
        self.open()
        said = self.page.locator("form [role='status']")
        expect(said).to_contain_text("the list says", timeout=PATIENCE)

    def card(self, words: str) -> Locator:
        return self.page.locator("[data-report]", has_text=words)

    def faults(self) -> dict[str, str]:
        """What is wrong, by the path of the file."""
        found = self.page.locator("[data-fault]").all()
        return {
            one.locator("bdi").inner_text(): one.get_attribute("data-fault") or "" for one in found
        }


def plain(key: ReaderKey) -> bytes:
    """As the page of the key saves it."""
    return f"# public key: {key.recipient}\n{key.identity}\n".encode()


def page_in(bundle: Path) -> Path:
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    return bundle / str(manifest["offline.html"])


@contextmanager
def opened(chromium: Browser, file: Path) -> Iterator[Reader]:
    """Any request that leaves the page, and any complaint in its console, fails the test."""
    wrong: list[str] = []
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE)
    context.set_offline(True)
    context.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    page = context.new_page()
    page.on(
        "request",
        lambda one: None if one.url.startswith(("blob:", "data:")) else wrong.append(one.url),
    )
    address = file.as_uri()
    page.goto(address)
    expect(page.get_by_role("heading", name="Read a saved case")).to_be_visible()
    yield Reader(page)
    context.close()
    assert wrong == [address]
