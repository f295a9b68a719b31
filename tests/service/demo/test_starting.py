# SPDX-License-Identifier: AGPL-3.0-or-later
"""``community-support demo`` as a program: stops as a whole, keeps its data, says what is taken."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo.driver import PLAIN_FORM, expect_sent
from tests.demo.people import People, choose_person, sign_in
from tests.demo.process import Demo, descendants
from tests.demo.wire import Wire
from tests.service.reports.live import free_port

pytestmark = pytest.mark.browser


def listens(address: str) -> bool:
    """Whether anybody answers at an address of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(address.rpartition(":")[2]))) == 0


def file_plainly(page: Page) -> None:
    sign_in(page, "Dewberry")
    page.goto(PLAIN_FORM)
    page.get_by_label("What happened?").fill("Something happened.")
    page.get_by_role("button", name="Send it, to be sealed by the server").click()
    expect_sent(page)


@pytest.fixture
def visitors(chromium: Browser, demo_of_its_own: Demo) -> Iterator[People]:
    with Wire() as wire, People(chromium, demo_of_its_own.base_url, wire) as people:
        yield people


@pytest.fixture
def demo_of_its_own(tmp_path: Path) -> Iterator[Demo]:
    with Demo(tmp_path, free_port(), free_port()) as demo:
        yield demo


def test_sigterm_stops_every_child_and_a_second_start_keeps_what_was_done(
    demo_of_its_own: Demo, visitors: People
) -> None:
    demo = demo_of_its_own
    file_plainly(visitors.profile().new_page())
    children = descendants(demo.pid)
    assert len(children) >= 3

    assert demo.stop() == 0
    alive = [pid for pid in children if Path(f"/proc/{pid}").exists()]
    assert alive == []
    assert not listens(demo.base_url)
    assert not listens(demo.sandbox_url)

    demo.start()
    page = visitors.profile().new_page()
    choose_person(page, "Dewberry")  # the wiki remembers the consent, too
    page.locator("summary", has_text="Dewberry").wait_for()
    page.goto("/reports")
    expect(page.locator("main li.cs-card")).to_have_count(1)


@pytest.mark.parametrize("variable", ["PORT", "SANDBOX_PORT"])
def test_taken_port_gives_one_clear_line(tmp_path: Path, variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken, free = other.getsockname()[1], free_port()
        ports = (taken, free) if variable == "PORT" else (free, taken)
        demo = Demo(tmp_path, *ports)
        demo.launch()
        assert demo.wait() == 1
    assert demo.said == (
        f"The demo cannot start: port {taken} is taken; choose another one with {variable}=\n"
    )
