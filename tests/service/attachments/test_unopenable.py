# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record of uploads that no key opens: nobody is kept from filing by it, and it goes in time."""

from __future__ import annotations

from sqlalchemy import select

from service.attachments.forgetting import forget_uploads
from service.attachments.models import AttachmentUploadRow
from service.attachments.store import Attaching
from service.worker.building import build_context
from tests.service.conftest import ManualClock
from tests.service.world import World

LARKSPUR = (101, "Larkspur")


def test_its_owner_files_and_the_sweep_erases_it(world: World, clock: ManualClock) -> None:
    world.add_reader("Rowanbark", 9003)
    world.add_reader("Fennelwood", 9004)
    services, attachments = world.services, world.domain.attachments
    label = services.vault.person("attachment-upload", LARKSPUR[0])
    with services.database.write() as session:
        session.add(AttachmentUploadRow(label=label, day=services.today(), blob=bytes(2085)))
    report = world.file(LARKSPUR, ("Brackenridge",))

    clock.advance(days=3)
    forget_uploads(build_context(services))

    with services.database.write() as session:
        assert session.scalars(select(AttachmentUploadRow)).all() == []
        session.add(AttachmentUploadRow(label=label, day=services.today(), blob=bytes(2085)))
    with services.database.write() as session:
        attachments.keep(session, LARKSPUR[0], report, Attaching(), services.today())
