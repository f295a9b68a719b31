# SPDX-License-Identifier: AGPL-3.0-or-later
"""Colleagues' keys: comparing, vouching, and sharing what was filed before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from service.desks.member import Standing
from service.ids import to_bytes, to_text
from service.reports.plain import seal_box
from service.sealing.parts import PartContext, unframe
from tests.service.desks.conftest import (
    BRACKENRIDGE,
    LARKSPUR,
    MARLOWICK,
    THORNBURY,
)
from tests.service.keys.holder import Holder
from tests.service.sealing.age_opener import open_file
from tests.service.visiting import Visitor, person_address
from tests.service.world import DESK, World

ROSTER = f"/desk/{DESK}/roster"


def fingerprint_of(world: World, name: str) -> str:
    with world.services.database.read() as session:
        member = world.domain.roster.member(session, DESK, world.readers[name].central_id)
    assert member is not None
    assert member.key is not None
    return member.key.fingerprint


def standing_of(world: World, name: str) -> Standing:
    with world.services.database.read() as session:
        member = world.domain.roster.member(session, DESK, world.readers[name].central_id)
    assert member is not None
    return member.standing


def report(world: World, about: str = "Brackenridge", central_id: int = BRACKENRIDGE) -> bytes:
    filed = world.file(LARKSPUR, (about,), narrative="Word by word.")
    world.fold(filed, {about: central_id})
    return filed


@pytest.fixture
def waiting(world: World) -> str:
    """Marlowick has a key that nobody vouched for; the address of the colleague."""
    world.add_reader("Marlowick", MARLOWICK, vouched=False)
    return person_address(world, "Marlowick")


class TestVouching:
    """Marlowick waits."""

    def test_page_shows_the_fingerprint_to_compare(
        self, reader: Visitor, world: World, waiting: str
    ) -> None:
        page = reader.text(ROSTER)

        for group in fingerprint_of(world, "Marlowick").split():
            assert f"<span>{group}</span>" in page
        assert f'action="{waiting}/vouch"' in page
        assert str(MARLOWICK) not in page

    def test_reader_vouches_for_a_colleague(
        self, reader: Visitor, world: World, waiting: str
    ) -> None:
        answer = reader.post(f"{waiting}/vouch", fingerprint=fingerprint_of(world, "Marlowick"))

        assert answer.status_code == 303
        assert standing_of(world, "Marlowick") is Standing.READER
        assert "Rowanbark vouched for this key on 3 May 2026." in reader.text(ROSTER)

    def test_vouching_for_a_key_that_was_changed_meanwhile_is_refused(
        self, reader: Visitor, world: World, waiting: str
    ) -> None:
        answer = reader.post(f"{waiting}/vouch", fingerprint=fingerprint_of(world, "Fennelwood"))

        assert answer.status_code == 422
        assert "key is another one by now" in answer.get_data(as_text=True)
        assert standing_of(world, "Marlowick") is Standing.WAITING

    def test_nobody_vouches_for_himself(
        self, world: World, waiting: str, come: Callable[[str], Visitor]
    ) -> None:
        own = come("Marlowick")

        answer = own.post(f"{waiting}/vouch", fingerprint=fingerprint_of(world, "Marlowick"))

        assert answer.status_code == 404
        assert standing_of(world, "Marlowick") is Standing.WAITING
        assert "/vouch" not in own.text(ROSTER)

    def test_colleague_who_waits_too_cannot_vouch(
        self, world: World, waiting: str, come: Callable[[str], Visitor]
    ) -> None:
        world.add_reader("Thornbury", THORNBURY, vouched=False)

        answer = come("Thornbury").post(
            f"{waiting}/vouch", fingerprint=fingerprint_of(world, "Marlowick")
        )

        assert answer.status_code == 404
        assert standing_of(world, "Marlowick") is Standing.WAITING


def reseal(world: World, giver: str, newcomer: str, box: dict[str, str]) -> str:
    """What the giver's browser does with a box of the backlog."""
    opened = open_file(to_bytes(box["box"], None), [world.readers[giver].identity])
    identity = unframe(PartContext(box["report"], "box"), opened).decode()
    recipient = world.readers[newcomer].recipient
    return to_text(seal_box(to_bytes(box["report"]), identity, recipient))


class TestSharing:
    """Marlowick reads, and has no box of what was filed before."""

    @pytest.fixture
    def filed(self, world: World) -> list[bytes]:
        return sorted(report(world) for _ in range(3))

    @pytest.fixture
    def newcomer(self, filed: list[bytes], world: World) -> str:
        assert filed
        world.add_reader("Marlowick", MARLOWICK)
        return person_address(world, "Marlowick")

    def backlog(self, visitor: Visitor, address: str, query: str = "") -> dict[str, Any]:
        answer = visitor.ask(f"{address}/backlog{query}")
        assert answer.status_code == 200
        found: dict[str, Any] = answer.get_json()
        return found

    def test_colleague_opens_what_was_shared(
        self, reader: Visitor, world: World, newcomer: str, filed: list[bytes]
    ) -> None:
        backlog = self.backlog(reader, newcomer)
        assert backlog["left"] == 3
        assert backlog["recipient"] == world.readers["Marlowick"].recipient
        boxes = {
            one["report"]: reseal(world, "Rowanbark", "Marlowick", one) for one in backlog["boxes"]
        }

        answer = reader.send(f"{newcomer}/boxes", {"boxes": boxes})

        assert answer.get_json() == {"kept": 3}
        for one in filed:
            assert world.open_part("Marlowick", one, "narrative") == b"Word by word."
        assert self.backlog(reader, newcomer)["left"] == 0

    def test_sharing_goes_on_where_it_stopped(
        self, reader: Visitor, world: World, newcomer: str, filed: list[bytes]
    ) -> None:
        first, *_ = self.backlog(reader, newcomer)["boxes"]
        boxes = {first["report"]: reseal(world, "Rowanbark", "Marlowick", first)}
        reader.send(f"{newcomer}/boxes", {"boxes": boxes})

        left = self.backlog(reader, newcomer)

        assert [one["report"] for one in left["boxes"]] == [to_text(one) for one in filed[1:]]

    def test_box_that_cannot_be_opened_does_not_stop_the_others(
        self, reader: Visitor, newcomer: str, filed: list[bytes]
    ) -> None:
        after = f"?after={to_text(filed[0])}"

        found = self.backlog(reader, newcomer, after)

        assert [one["report"] for one in found["boxes"]] == [to_text(one) for one in filed[1:]]

    def test_same_boxes_twice_are_kept_once(
        self, reader: Visitor, world: World, newcomer: str
    ) -> None:
        boxes = {
            one["report"]: reseal(world, "Rowanbark", "Marlowick", one)
            for one in self.backlog(reader, newcomer)["boxes"]
        }

        kept = [reader.send(f"{newcomer}/boxes", {"boxes": boxes}).get_json() for _ in range(2)]

        assert kept == [{"kept": 3}, {"kept": 0}]

    def test_report_about_the_newcomer_is_not_shared(
        self, reader: Visitor, world: World, newcomer: str
    ) -> None:
        own = report(world, "Marlowick", MARLOWICK)

        found = self.backlog(reader, newcomer)
        assert to_text(own) not in {one["report"] for one in found["boxes"]}
        box = {to_text(own): to_text(seal_box(own, "x", world.readers["Marlowick"].recipient))}
        assert reader.send(f"{newcomer}/boxes", {"boxes": box}).get_json() == {"kept": 0}
        with world.services.database.read() as session:
            assert world.domain.reports.boxes(session, [own], MARLOWICK) == {}

    @pytest.mark.parametrize("box", ["AAAA", "no base64!", "A" * 8000, ""])
    def test_what_is_no_box_is_refused(
        self, reader: Visitor, newcomer: str, filed: list[bytes], box: str
    ) -> None:
        answer = reader.send(f"{newcomer}/boxes", {"boxes": {to_text(filed[0]): box}})

        assert answer.status_code == 422
        assert "did not arrive whole" in answer.get_json()["errors"][0]["message"]

    def test_nothing_is_shared_with_a_key_that_nobody_vouched_for(
        self, reader: Visitor, world: World, filed: list[bytes]
    ) -> None:
        world.add_reader("Thornbury", THORNBURY, vouched=False)
        address = person_address(world, "Thornbury")

        assert reader.ask(f"{address}/backlog").status_code == 422
        boxes = {
            to_text(filed[0]): to_text(
                seal_box(filed[0], "x", world.readers["Thornbury"].recipient)
            )
        }
        assert reader.send(f"{address}/boxes", {"boxes": boxes}).status_code == 422
        with world.services.database.read() as session:
            assert world.domain.reports.boxes(session, filed, THORNBURY) == {}

    def test_giver_shares_only_own_boxes(
        self, world: World, newcomer: str, come: Callable[[str], Visitor]
    ) -> None:
        """Thornbury came later too: there is nothing that he could hand on."""
        world.add_reader("Thornbury", THORNBURY)

        assert self.backlog(come("Thornbury"), newcomer)["left"] == 0

    def test_reader_who_lost_the_key_gets_the_reports_again(
        self, reader: Visitor, world: World, filed: list[bytes], come: Callable[[str], Visitor]
    ) -> None:
        """Fennelwood starts over; once vouched for, a colleague shares what he had before."""
        fennelwood = world.readers["Fennelwood"]
        holder = Holder(come("Fennelwood"), [fennelwood.identity], fennelwood.recipient)
        holder.start_over()
        lost = replace(fennelwood, identity=holder.identities[0], recipient=holder.recipient)
        world.readers["Fennelwood"] = lost
        address = person_address(world, "Fennelwood")
        assert reader.ask(f"{address}/backlog").status_code == 422
        reader.post(f"{address}/vouch", fingerprint=fingerprint_of(world, "Fennelwood"))

        backlog = self.backlog(reader, address)
        boxes = {
            one["report"]: reseal(world, "Rowanbark", "Fennelwood", one) for one in backlog["boxes"]
        }

        assert backlog["left"] == len(filed)
        assert reader.send(f"{address}/boxes", {"boxes": boxes}).get_json() == {"kept": 3}
        for one in filed:
            assert world.open_part("Fennelwood", one, "narrative") == b"Word by word."
        assert self.backlog(reader, address)["left"] == 0

    def test_reader_who_changed_the_key_needs_nothing_shared(
        self, reader: Visitor, world: World, filed: list[bytes], come: Callable[[str], Visitor]
    ) -> None:
        assert filed
        fennelwood = world.readers["Fennelwood"]
        Holder(come("Fennelwood"), [fennelwood.identity], fennelwood.recipient).change()
        address = person_address(world, "Fennelwood")
        reader.post(f"{address}/vouch", fingerprint=fingerprint_of(world, "Fennelwood"))

        assert self.backlog(reader, address)["left"] == 0

    def test_giver_who_lost_the_key_has_nothing_to_give(
        self, world: World, newcomer: str, reader: Visitor, come: Callable[[str], Visitor]
    ) -> None:
        fennelwood = world.readers["Fennelwood"]
        holder = Holder(come("Fennelwood"), [fennelwood.identity], fennelwood.recipient)
        holder.start_over()
        address = person_address(world, "Fennelwood")
        reader.post(f"{address}/vouch", fingerprint=fingerprint_of(world, "Fennelwood"))

        assert self.backlog(holder.visitor, newcomer)["left"] == 0


def test_person_who_is_not_on_the_roster_is_not_there(reader: Visitor) -> None:
    for person in ("nonsense", to_text(bytes(32))):
        assert reader.post(f"{ROSTER}/{person}/vouch", fingerprint="x").status_code == 404
        assert reader.ask(f"{ROSTER}/{person}/backlog").status_code == 404
