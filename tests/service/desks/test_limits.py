# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many read at a desk, and how many boxes go through a browser at once."""

from __future__ import annotations

import pytest

from service.desks import vouching
from service.desks.member import VouchRefused
from service.desks.sharing import AT_ONCE, SharingRefused
from service.desks.vouching import vouch
from service.ids import new_id
from service.keys.store import fingerprint
from tests.service.world import DESK, World

ROWANBARK, MARLOWICK = 9003, 9005


@pytest.fixture
def world(world: World) -> World:
    """The folder's, with two readers, and one more who waits for a colleague's word."""
    world.add_reader("Marlowick", MARLOWICK, vouched=False)
    return world


def vouch_for_marlowick(world: World) -> None:
    compared = fingerprint(world.readers["Marlowick"].recipient)
    today = world.services.today()
    with world.services.database.write() as session:
        vouch(world.domain, session, DESK, ROWANBARK, MARLOWICK, compared, today)


def test_nobody_becomes_a_reader_beyond_what_a_report_can_be_sealed_to(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vouching, "MOST_READERS", 2)
    with pytest.raises(VouchRefused) as refused:
        vouch_for_marlowick(world)
    assert refused.value.message_key == "desks-vouch-error-full"
    monkeypatch.setattr(vouching, "MOST_READERS", 3)
    vouch_for_marlowick(world)


def test_more_boxes_than_a_round_has_are_refused(world: World) -> None:
    vouch_for_marlowick(world)
    boxes = {new_id(): b"" for _ in range(AT_ONCE + 1)}
    giver, newcomer = world.as_reader("Rowanbark"), world.as_reader("Marlowick")
    with world.services.database.write() as session:
        member = world.domain.roster.member(session, DESK, MARLOWICK)
        assert member is not None
        with pytest.raises(SharingRefused):
            world.domain.sharing.grant(session, giver, newcomer, boxes, world.services.today())
