# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cases with files in them, and exports as a reader saves them."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from werkzeug.test import TestResponse

from service.attachments.sizes import CHUNK
from service.attachments.store import Attaching
from service.attachments.uploads import Chunk
from service.cases.visible import id_value
from service.ids import to_text
from service.matching.tokens import Kind, case_id, derive
from service.reports.store import seal_part
from service.sealing import age
from service.sealing.parts import PartContext, frame, unframe
from tests.service.attachments.sealed import room, split
from tests.service.reports.desk import ReaderKey
from tests.service.sealing.age_opener import open_file
from tests.service.visiting import Visitor, case_address
from tests.service.world import DESK, World

BRACKENRIDGE = 9007
LARKSPUR, QUILLFEATHER = (101, "Larkspur"), (102, "Quillfeather")
EDIT = "https://en.wikipedia.org/wiki/Special:Diff/310000042"


@dataclass(frozen=True)
class Attached:
    """A file as its reporter chose it."""

    name: str
    kind: str
    content: bytes
    chunks: int = 1


def file_report(
    world: World,
    reporter: tuple[int, str],
    narrative: str,
    *attached: Attached,
    account: tuple[str, int] = ("Brackenridge", BRACKENRIDGE),
    links: tuple[str, ...] = (EDIT,),
    hold: str = "",
    own: ReaderKey | None = None,
) -> bytes:
    """A report about an account, with files that its readers can open, in its case."""
    form = world.form(reporter, (account[0],), links, narrative, hold=hold, own=own)
    domain, today = world.domain, world.services.today()
    with world.services.database.write() as session:
        for number, one in enumerate(attached):
            for index, chunk in enumerate(
                split(sealed(form.id, number, one, form.sealed.recipient))
            ):
                domain.attachments.add(
                    session, reporter[0], Chunk(form.id, number, index), chunk, today
                )
        readers = domain.roster.readers(session, DESK)
        domain.filing.file(session, world.desk, readers, form, world.services.clock())
        listed = seal_part(
            form.sealed.recipient, form.id, "attachments", {"files": _listed(attached)}
        )
        attaching = Attaching(tuple(range(len(attached))), listed)
        domain.attachments.keep(session, reporter[0], form.id, attaching, today)
    world.fold(form.id, {account[0]: account[1]})
    return form.id


def sealed(report_id: bytes, number: int, one: Attached, recipient: str) -> bytes:
    """As the reporter's browser seals it."""
    about = json.dumps({"name": one.name, "kind": one.kind}).encode() + b"\n"
    context = PartContext(to_text(report_id), f"attachment-{number}")
    plaintext = frame(context, about + one.content, room(one.chunks, recipient))
    file = age.seal(plaintext, [recipient])
    assert len(file) == one.chunks * CHUNK
    return file


def _listed(attached: tuple[Attached, ...]) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "name": one.name,
            "kind": one.kind,
            "size": len(one.content),
            "chunks": one.chunks,
        }
        for number, one in enumerate(attached)
    ]


def case_about(world: World, central_id: int = BRACKENRIDGE) -> bytes:
    keys = world.services.match_keys
    return case_id(derive(keys, DESK, Kind.ACCOUNT, id_value(central_id)))


def address(world: World, central_id: int = BRACKENRIDGE) -> str:
    return f"{case_address(case_about(world, central_id))}/export"


def save(visitor: Visitor, path: str) -> Export:
    """The export that is answered."""
    answer: TestResponse = visitor.post(path)
    assert answer.status_code == 200, answer.status
    return Export(answer.get_data())


class Export:
    """A saved case."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        with ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            assert {one.compress_type for one in archive.infolist()} == {ZIP_STORED}
            self.infos = archive.infolist()
            self.files = {one.filename: archive.read(one) for one in self.infos}
        self.manifest: dict[str, Any] = json.loads(self.files["manifest.json"])
        self.codes: list[str] = [one["code"] for one in self.manifest["reports"]]

    def check(self) -> None:
        """The list names what is there, and nothing else is."""
        listed = {one["path"]: one for one in self.manifest["files"]}
        assert {*listed, "README.txt", "manifest.json"} == self.files.keys()
        for path, one in listed.items():
            found = hashlib.sha256(self.files[path]).hexdigest()
            assert (len(self.files[path]), found) == (one["size"], one["sha256"])

    def open(self, code: str, part: str, key: ReaderKey) -> bytes:
        """A part, opened by a reader who knows nothing but the export. Raises what opening does."""
        framed = open_file(self.files[f"reports/{code}/box.age"], [key.identity])
        line = re.match(rb'\{"report":"([A-Za-z0-9_-]{22})","part":"box"', framed)
        assert line is not None
        report = line[1].decode()
        identity = unframe(PartContext(report, "box"), framed).decode()
        sealed_part = self.files[f"reports/{code}/{part}.age"]
        return unframe(PartContext(report, part), open_file(sealed_part, [identity]))
