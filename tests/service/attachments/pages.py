# SPDX-License-Identifier: AGPL-3.0-or-later
"""The report form with files, as people use it."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import func, select

from service.attachments.models import AttachmentChunkRow, AttachmentUploadRow
from service.attachments.sizes import CHUNK
from service.attachments.store import AT_ONCE
from service.ids import to_bytes, to_text
from service.reports.record import Report
from service.sealing.parts import PartContext, unframe
from tests.service.reports.desk import DESK, ReaderKey
from tests.service.reports.live import Tool
from tests.service.sealing.age_opener import open_file

SEND = "Seal and send"
PATIENCE = 90_000
"""Milliseconds that a browser gets on a machine that has more to do."""


def open_form(page: Page, tool: Tool, name: str = "Larkspur") -> None:
    """The form with its words written; "go without" a key is chosen."""
    tool.sign_in(page.context, name)
    page.goto(f"/report/{DESK}")
    expect(page.get_by_role("button", name=SEND)).to_be_enabled()
    page.locator('label[for="key-without"]').click()
    page.get_by_label("What happened?").fill("He sent me these.")
    page.get_by_label("Which accounts is it about?").fill("Thornbury")


def payload(name: str, content: bytes, kind: str = "application/octet-stream") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def attach(page: Page, *chosen: FilePayload) -> None:
    page.get_by_label("Files, if you have any").set_input_files(list(chosen))


def expect_listed(page: Page, *names: str) -> None:
    expect(page.locator("[data-attachments-list] > li bdi")).to_have_text(
        list(names), timeout=PATIENCE
    )


def send(page: Page) -> None:
    page.get_by_role("button", name=SEND).click()


def expect_sent(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your report has arrived")).to_be_visible(
        timeout=PATIENCE
    )


def filed(page: Page, tool: Tool) -> Report:
    """The report whose page is open."""
    with tool.services.database.read() as session:
        report_id = to_bytes(page.url.split("/reports/")[1].split("/")[0])
        report = tool.services.domain.reports.get(session, report_id)
    assert report is not None
    return report


def rows(tool: Tool) -> tuple[int, int]:
    """How many chunks there are, and how many people whose uploads are not filed."""
    with tool.services.database.read() as session:
        chunks, uploads = (
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (AttachmentChunkRow, AttachmentUploadRow)
        )
    return chunks, uploads


def stored(tool: Tool, report: Report, number: int) -> bytes:
    """A sealed file as its chunks make it."""
    count = next(one.chunks for one in report.meta.attachments if one.number == number)
    attachments = tool.services.domain.attachments
    with tool.services.database.read() as session:
        sealed = b"".join(
            chunk
            for start in range(0, count, AT_ONCE)
            for chunk in attachments.chunks(session, report, number, start)
        )
    assert len(sealed) == count * CHUNK
    return sealed


def opened(tool: Tool, report: Report, reader: ReaderKey) -> list[bytes]:
    """The plaintext of each file, with the JSON line before it, by a reader's key."""
    text = to_text(report.id)
    with tool.services.database.read() as session:
        box = tool.services.domain.reports.boxes(session, [report.id], reader.central_id)
    identity = unframe(PartContext(text, "box"), open_file(box[report.id], [reader.identity]))
    return [
        unframe(
            PartContext(text, f"attachment-{one.number}"),
            open_file(stored(tool, report, one.number), [identity.decode()]),
        )
        for one in report.meta.attachments
    ]
