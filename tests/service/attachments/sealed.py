# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files as a browser seals and uploads them, made in Python."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from service.attachments.models import AttachmentChunkRow, AttachmentUploadRow
from service.attachments.sizes import CHUNK
from service.attachments.store import Attaching
from service.attachments.uploads import Chunk
from service.ids import to_text
from service.reports.record import Report
from service.reports.store import seal_part
from service.sealing import age
from service.sealing.parts import PartContext, frame
from service.services import Services
from tests.service.reports.forms import Form
from tests.service.world import World

BODY = b"%PDF-1.7 Quincunx."
_STREAM, _TAG = 64 * 1024 + 16, 16


def room(chunks: int, recipient: str) -> int:
    """Bytes of plaintext whose file fills this many chunks, found by sealing nothing."""
    left = chunks * CHUNK - (len(age.seal(b"", [recipient])) - _TAG)
    return left - _TAG * -(-left // _STREAM)


def seal_file(report_id: bytes, number: int, body: bytes, chunks: int, recipient: str) -> bytes:
    """A file padded to ``chunks``."""
    context = PartContext(to_text(report_id), f"attachment-{number}")
    about = json.dumps({"name": "letter.pdf", "kind": "pdf"}).encode() + b"\n"
    plaintext = frame(context, about + body, room(chunks, recipient))
    sealed = age.seal(plaintext, [recipient])
    assert len(sealed) == chunks * CHUNK
    return sealed


def split(sealed: bytes) -> list[bytes]:
    return [sealed[at : at + CHUNK] for at in range(0, len(sealed), CHUNK)]


def manifest(report_id: bytes, recipient: str, names: str = "letter.pdf") -> bytes:
    return seal_part(recipient, report_id, "attachments", {"files": [{"name": names}]})


@contextmanager
def with_file(world: World, session: Session, central_id: int, report_id: bytes) -> Iterator[None]:
    """What is filed in this block gets a file of one chunk."""
    recipient, attachments = age.new_identity()[1], world.domain.attachments
    today = world.services.today()
    chunk = seal_file(report_id, 0, b"%PDF-", 1, recipient)
    attachments.add(session, central_id, Chunk(report_id, 0, 0), chunk, today)
    yield
    attaching = Attaching((0,), manifest(report_id, recipient))
    attachments.keep(session, central_id, report_id, attaching, today)


@dataclass
class Uploader:
    """Posts chunks for a form as its page does."""

    form: Form

    def post(
        self, number: int | str, index: int | str, chunk: bytes, form_id: str = "", desk: str = ""
    ) -> TestResponse:
        return self.form.client.post(
            f"/report/{desk or self.form.desk}/attachments",
            data={
                "form_id": form_id or self.form.form_id,
                "number": str(number),
                "index": str(index),
                "chunk": (io.BytesIO(chunk), "chunk"),
            },
            headers=self.headers,
        )

    def post_all(self, number: int, sealed: bytes) -> None:
        for index, chunk in enumerate(split(sealed)):
            answer = self.post(number, index, chunk)
            assert (answer.status_code, answer.get_json()) == (200, {"kept": index + 1})

    def kept(self, *wanted: int) -> dict[str, int]:
        answer = self.form.client.post(
            f"/report/{self.form.desk}/attachments/kept",
            data={"form_id": self.form.form_id, "wanted": [str(one) for one in wanted]},
            headers=self.headers,
        )
        assert answer.status_code == 200
        found: dict[str, int] = answer.get_json()["kept"]
        return found

    @property
    def headers(self) -> dict[str, str]:
        return {"Accept": "application/json", "X-CSRFToken": self.form.csrf}


def rows(services: Services) -> tuple[int, int]:
    with services.database.read() as session:
        chunks, uploads = (
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (AttachmentChunkRow, AttachmentUploadRow)
        )
    return chunks, uploads


def report_of(services: Services, form: Form) -> Report:
    with services.database.read() as session:
        report = services.domain.reports.get(session, form.report_id)
    assert report is not None
    return report


def file_with(
    form: Form, recipients: dict[int, str], recipient: str, *numbers: int, sealed: bytes = b""
) -> TestResponse:
    sealed = sealed or manifest(form.report_id, recipient)
    return form.post_sealed(
        recipients,
        attachment=[str(number) for number in numbers],
        attachments=(io.BytesIO(sealed), "attachments.age"),
    )


def pretend(services: Services, form: Form, files: dict[int, int]) -> None:
    """Write into the only person's record that so many chunks of the form's files are there."""
    attachments = services.domain.attachments
    with services.database.write() as session:
        row = session.scalars(select(AttachmentUploadRow)).one()
        value = {"forms": [[form.report_id.hex(), list(files.items())]]}
        row.blob = attachments.vault.seal(AttachmentUploadRow.blob, row.label, value)
