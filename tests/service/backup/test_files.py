# SPDX-License-Identifier: AGPL-3.0-or-later
"""Attached files in a backup: they come back with their report, and go with its erasure."""

from __future__ import annotations

import io

from sqlalchemy import select

from service.attachments.forgetting import forget_uploads
from service.attachments.models import AttachmentChunkRow
from service.attachments.uploads import Chunk
from service.backup.restoring import ErasureList, Restoring, read_erasures
from service.backup.writing import backup_lines, erasures_lines
from service.ids import new_id
from service.sealing import age
from service.services import Services
from service.worker.building import build_context
from tests.service.attachments.sealed import seal_file, with_file
from tests.service.backup.test_drill import LARKSPUR, QUILLFEATHER, THORNBURY, withdraw
from tests.service.world import DESK, World


def file(world: World, reporter: tuple[int, str]) -> bytes:
    """A report with a file of one chunk, in its case."""
    form = world.form(reporter, ("Thornbury",))
    with world.services.database.write() as session:
        readers = world.domain.roster.readers(session, DESK)
        with with_file(world, session, reporter[0], form.id):
            world.domain.filing.file(session, world.desk, readers, form, world.services.clock())
    world.fold(form.id, {"Thornbury": THORNBURY})
    return form.id


def chunk_of(services: Services, report_id: bytes) -> list[bytes]:
    with services.database.read() as session:
        report = services.domain.reports.get(session, report_id)
        assert report is not None
        return services.domain.attachments.chunks(session, report, 0, 0)


def labels(services: Services) -> set[bytes]:
    with services.database.read() as session:
        return set(session.scalars(select(AttachmentChunkRow.label)))


def test_restored_backup_has_the_files_of_all_but_of_what_was_withdrawn_since(
    world: World, elsewhere: Services
) -> None:
    kept, withdrawn = file(world, LARKSPUR), file(world, QUILLFEATHER)
    plain = b"".join(backup_lines(world.services))
    before = labels(world.services)
    withdraw(world, withdrawn)
    left = labels(world.services)
    exported = b"".join(erasures_lines(world.services))

    newer = read_erasures(io.BytesIO(exported), elsewhere)
    done = Restoring(elsewhere).restore(io.BytesIO(plain), newer)

    assert (len(before), len(left), done.erased) == (2, 1, 1)
    assert labels(elsewhere) == left
    (chunk,) = chunk_of(elsewhere, kept)
    assert [chunk] == chunk_of(world.services, kept)


def test_what_was_on_its_way_is_erased_after_a_day_as_ever(
    world: World, elsewhere: Services
) -> None:
    """Be it that its report was filed and withdrawn since, or that nobody ever sent the form."""
    form, recipient = new_id(), age.new_identity()[1]
    with world.services.database.write() as session:
        chunk = seal_file(form, 0, b"%PDF-", 1, recipient)
        today = world.services.today()
        world.domain.attachments.add(session, LARKSPUR[0], Chunk(form, 0, 0), chunk, today)
    plain = b"".join(backup_lines(world.services))

    Restoring(elsewhere).restore(io.BytesIO(plain), ErasureList(()))
    assert len(labels(elsewhere)) == 1
    world.services.clock.advance(days=2)  # type: ignore[attr-defined]
    forget_uploads(build_context(elsewhere))

    assert labels(elsewhere) == set()
