# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever was taken off the roster gets no box any more, whichever way it is asked for."""

from __future__ import annotations

import pytest
from flask import Flask

from service.desks.removing import speak_for_removal
from service.desks.sharing import SharingRefused
from service.desks.word import Voice
from service.reports.plain import seal_box
from service.sealing import age
from tests.service.desks.conftest import (
    BRACKENRIDGE,
    FENNELWOOD,
    LARKSPUR,
    MARLOWICK,
    ROWANBARK,
    THORNBURY,
)
from tests.service.keys.holder import Holder
from tests.service.visiting import visit
from tests.service.world import DESK, World


def take_off(world: World, central_id: int) -> None:
    for voice in (Voice(ROWANBARK, "Rowanbark"), Voice(FENNELWOOD, "Fennelwood")):
        with world.services.database.write() as session:
            today = world.services.today()
            speak_for_removal(world.domain, session, DESK, voice, central_id, today)


def boxes(world: World, report: bytes) -> frozenset[int]:
    with world.services.database.read() as session:
        found = world.domain.reports.get(session, report)
    assert found is not None
    return found.meta.boxes


def test_boxes_that_a_colleague_sealed_before_are_not_kept_after(world: World) -> None:
    report = world.file(LARKSPUR, ("Brackenridge",))
    world.fold(report, {"Brackenridge": BRACKENRIDGE})
    marlowick = world.add_reader("Marlowick", MARLOWICK)
    giver, newcomer = world.as_reader("Rowanbark"), world.as_reader("Marlowick")
    box = seal_box(report, age.new_identity()[0], marlowick.recipient)
    take_off(world, MARLOWICK)
    today = world.services.today()

    with world.services.database.write() as session, pytest.raises(SharingRefused):
        world.domain.sharing.grant(session, giver, newcomer, {report: box}, today)

    assert MARLOWICK not in boxes(world, report)


def test_last_box_stays_and_is_not_handed_out_for_sealing_again(app: Flask, world: World) -> None:
    """A report must not be lost with its last reader; nobody else has a box of it."""
    marlowick = world.add_reader("Marlowick", MARLOWICK)
    world.add_reader("Thornbury", THORNBURY)
    world.readers = {"Marlowick": marlowick, **world.readers}  # who opens what is folded
    left_out = frozenset({ROWANBARK, FENNELWOOD})
    report = world.file(LARKSPUR, ("Brackenridge",), left_out=left_out)
    world.fold(report, {"Brackenridge": BRACKENRIDGE})
    visitor = visit(app, world, "Marlowick", stepped_up=True)
    holder = Holder(visitor, [marlowick.identity], marlowick.recipient)
    for one in (THORNBURY, MARLOWICK):
        take_off(world, one)
    assert MARLOWICK in boxes(world, report)

    holder.change()

    answer = visitor.ask("/key/boxes").get_json()
    assert (answer["boxes"], answer["left"]) == ([], 0)
