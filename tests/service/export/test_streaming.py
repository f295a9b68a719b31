# SPDX-License-Identifier: AGPL-3.0-or-later
"""An export is made while it is sent: in little memory, in short transactions, and whatever happens
meanwhile counts.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy.orm import Session

from service.attachments.sizes import CHUNK
from service.attachments.store import AT_ONCE
from service.audit.journal import Act
from service.cases.visible import Reader
from service.export.taking import REPORTS_AT_ONCE, Chosen
from tests.service.export.exports import (
    LARKSPUR,
    Attached,
    Export,
    address,
    case_about,
    file_report,
)
from tests.service.export.test_exporting import written
from tests.service.visiting import Visitor
from tests.service.world import World

LARGE = Attached("long.eml", "mail", b"From: a\nTo: b\n", AT_ONCE + 2)
"""Its chunks are read in two transactions."""
MIB = 1024 * 1024


@dataclass
class Sending:
    """An export that Rowanbark is being sent, piece by piece."""

    world: World
    reads: bool = True
    sent: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        world, exporting = self.world, self.world.domain.exporting
        with world.services.database.read() as session:
            chosen = exporting.choose(session, world.desk, self.reader, case_about(world))
        assert chosen is not None
        self.chosen: Chosen = chosen
        self.pieces: Iterator[bytes] = exporting.pieces(
            world.services.database, world.desk, self.who, chosen, world.services.today
        )

    @property
    def reader(self) -> Reader:
        return self.world.as_reader("Rowanbark")

    def who(self, _session: Session) -> Reader | None:
        return self.reader if self.reads else None

    def until(self, path: str) -> str:
        """Send until a file of this name has begun; the code of its report."""
        ending = f"/{path}.age".encode()
        while not self.sent or ending not in self.sent[-1]:
            self.sent.append(next(self.pieces))
        code: bytes = self.sent[-1].split(ending, 1)[0].rsplit(b"reports/", 1)[1]
        return code.decode()

    def whole(self) -> Export:
        self.sent.extend(self.pieces)
        return Export(b"".join(self.sent))

    def report(self, code: str) -> bytes:
        return next(one for one, its in self.chosen.codes.items() if its == code)


@pytest.fixture
def sending(world: World) -> Sending:
    """Of eleven reports: two rounds. The first six of them have a large file."""
    for number in range(REPORTS_AT_ONCE + 1):
        attached = (LARGE,) if number < 6 else ()
        file_report(world, (200 + number, f"Reporter {number}"), f"No. {number}", *attached)
    return Sending(world)


def withdraw(world: World, report: bytes) -> None:
    with world.services.database.write() as session:
        erased = world.domain.erasing.erase(session, report, Act.WITHDRAWN, world.services.today())
        assert erased


def test_report_that_is_withdrawn_while_its_file_is_sent_is_not_on_the_list(
    sending: Sending, world: World
) -> None:
    code = sending.until("attachment-0")
    withdraw(world, sending.report(code))

    export = sending.whole()

    assert len(export.codes) == REPORTS_AT_ONCE
    assert code not in export.codes
    assert code not in {one["report"] for one in export.manifest["files"]}
    assert len(export.files[f"reports/{code}/attachment-0.age"]) < LARGE.chunks * CHUNK


def test_report_that_is_withdrawn_before_its_turn_was_never_there(
    sending: Sending, world: World
) -> None:
    sending.until("attachment-0")
    last = list(sending.chosen.codes)[-1]  # of the second round
    withdraw(world, last)

    export = sending.whole()

    export.check()
    assert len(export.codes) == REPORTS_AT_ONCE
    assert sending.chosen.codes[last] not in export.content.decode("latin-1")
    assert len(written(world, Act.EXPORTED)) == REPORTS_AT_ONCE


def test_who_is_taken_off_the_roster_gets_nothing_more(sending: Sending, world: World) -> None:
    sending.until("attachment-0")
    sending.reads = False

    export = sending.whole()

    files = [one for path, one in export.files.items() if path.endswith("attachment-0.age")]
    assert sum(map(len, files)) <= AT_ONCE * CHUNK
    assert len(written(world, Act.EXPORTED)) == REPORTS_AT_ONCE
    assert len(export.codes) < REPORTS_AT_ONCE


def test_whoever_stops_has_a_file_without_an_end_and_only_what_came_is_written_down(
    sending: Sending, world: World
) -> None:
    sending.until("attachment-0")
    sending.pieces.close()  # type: ignore[attr-defined]

    assert b"PK\x01\x02" not in b"".join(sending.sent)  # no list of files at its end
    assert len(written(world, Act.EXPORTED)) == REPORTS_AT_ONCE
    with world.services.database.write():
        pass  # nothing holds the lock


def test_hundred_reports_with_files_pass_through_little_memory(
    reader: Visitor, world: World
) -> None:
    small = Attached("threat.eml", "mail", b"From: a\nTo: b\n")
    for number in range(100):
        file_report(world, LARKSPUR, f"No. {number}", small)
    answer = reader.client.post(address(world), data={"csrf_token": reader.csrf})
    assert answer.status_code == 200

    size = largest = 0
    tracemalloc.start()
    for piece in answer.iter_encoded():
        size += len(piece)
        largest = max(largest, len(piece))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert size > 25 * MIB
    assert largest < MIB
    assert peak < 8 * MIB
