# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lines that break while files are sent, in Chromium: what is there stays, the rest goes again."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import Page, Route, expect

from service.attachments.sizes import CHUNK, CLASSES
from tests.service.attachments import files
from tests.service.attachments.pages import (
    attach,
    expect_listed,
    expect_sent,
    filed,
    open_form,
    opened,
    payload,
    rows,
    send,
)
from tests.service.reports.desk import ReaderKey
from tests.service.reports.live import Tool

pytestmark = pytest.mark.browser

MIB = 1024 * 1024


@pytest.fixture
def form(page: Page, tool: Tool, keys: dict[str, ReaderKey]) -> Page:
    open_form(page, tool)
    return page


class TestBrokenLine:
    """Two files of 3 MiB; the line breaks while they are sent."""

    @pytest.fixture
    def form(self, form: Page) -> Page:
        attach(form, *(payload(f"{n}.pdf", files.pdf(3 * MIB, b"%d" % n)) for n in range(2)))
        expect_listed(form, "0.pdf", "1.pdf")
        return form

    def break_after(self, form: Page, chunks: int) -> list[str]:
        """Lets some chunks through, then nothing. Which were posted, as (number, index)."""
        posted: list[str] = []

        def some(route: Route) -> None:
            posted.append(chunk_of(route))
            if len(posted) > chunks:
                route.abort()
            else:
                route.continue_()

        form.route("**/report/*/attachments", some)
        return posted

    def test_next_attempt_goes_on_behind_what_is_there(
        self, form: Page, tool: Tool, keys: dict[str, ReaderKey]
    ) -> None:
        needed = math.ceil((3 * MIB + 3000) / CHUNK)
        each = next(one for one in CLASSES if one >= needed)
        self.break_after(form, each + 2)
        send(form)
        expect(form.locator("#error-form")).to_contain_text("There was no answer", timeout=90_000)
        expect(form.locator("[data-attachments-said]")).to_have_text(
            "One of 2 files is on the server already, sealed. The next attempt goes on from there."
        )
        expect(form.get_by_label("What happened?")).to_have_value("He sent me these.")
        assert rows(tool) == (each + 2, 1)

        form.unroute("**/report/*/attachments")
        posted = self.break_after(form, 1000)
        send(form)
        expect_sent(form)

        assert posted == [f"1 {index}" for index in range(2, each)]
        assert rows(tool) == (2 * each, 0)
        first, second = opened(tool, filed(form, tool), keys["Rowanbark"])
        assert first.endswith(files.pdf(3 * MIB, b"0"))
        assert second.endswith(files.pdf(3 * MIB, b"1"))

    def test_chunk_whose_answer_is_lost_is_sent_again_and_stands_once(
        self, form: Page, tool: Tool
    ) -> None:
        lost: list[str] = []

        def lose_one(route: Route) -> None:
            if chunk_of(route) == "0 1" and not lost:
                lost.append("0 1")
                route.fetch()
                route.abort()
            else:
                route.continue_()

        form.route("**/report/*/attachments", lose_one)
        send(form)
        expect_sent(form)

        assert lost
        report = filed(form, tool)
        assert rows(tool) == (sum(one.chunks for one in report.meta.attachments), 0)

    def test_file_taken_off_after_it_was_uploaded_leaves_nothing(
        self, form: Page, tool: Tool
    ) -> None:
        self.break_after(form, 14)
        send(form)
        expect(form.locator("#error-form")).to_be_visible(timeout=90_000)
        form.get_by_role("button", name="Take “0.pdf” off the list").click()
        form.unroute("**/report/*/attachments")
        send(form)
        expect_sent(form)

        (kept,) = filed(form, tool).meta.attachments
        assert kept.number == 1
        assert rows(tool) == (kept.chunks, 0)

    def test_uploads_that_expired_meanwhile_are_sent_again(self, form: Page, tool: Tool) -> None:
        """The server says how far each file is; the page does not rely on what it remembers."""
        self.break_after(form, 14)
        send(form)
        expect(form.locator("#error-form")).to_be_visible(timeout=90_000)
        with tool.services.database.write() as session:
            attachments, today = tool.services.domain.attachments, tool.services.today()
            later = today.replace(year=today.year + 1)
            for label in attachments.overdue(session, later):
                attachments.forget(session, label, later)
        assert rows(tool) == (0, 0)
        form.unroute("**/report/*/attachments")
        send(form)
        expect_sent(form)

        assert rows(tool)[0] == sum(one.chunks for one in filed(form, tool).meta.attachments)

    def test_session_that_ended_is_told_and_the_files_go_out_afterwards(
        self, form: Page, tool: Tool
    ) -> None:
        form.context.clear_cookies()
        send(form)
        expect(form.locator("#error-form")).to_contain_text("Your session is over")
        tool.sign_in(form.context, "Larkspur")
        send(form)

        expect_sent(form)
        assert len(filed(form, tool).meta.attachments) == 2


def chunk_of(route: Route) -> str:
    """Number and index in the posted form."""
    body = (route.request.post_data_buffer or b"").decode("latin1")

    def value(name: str) -> str:
        return body.split(f'name="{name}"\r\n\r\n', 1)[1].split("\r\n", 1)[0]

    return f"{value('number')} {value('index')}"
