# SPDX-License-Identifier: AGPL-3.0-or-later
"""Another key: by whoever holds both, or by whoever lost the old one; and what opens afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from service.desks.member import Standing
from service.ids import to_bytes, to_text
from service.keys.wrapping import KEYRING_SIZE, MOST_KEPT
from service.sealing import age
from service.services import Services
from service.sessions.person import Person
from tests.service.keys.holder import Holder, keyring_of, prove, wrap_json
from tests.service.sealing.age_opener import open_file
from tests.service.visiting import sign_in, visit
from tests.service.world import DESK, World

Audit = Callable[[], list[tuple[str, str]]]


def keyring(holder: Holder) -> str:
    """What the keyring holds, opened with the present key."""
    sealed = holder.visitor.ask("/key/wraps").get_json()["keyring"]
    opened = open_file(to_bytes(sealed, None), [holder.identities[0]])
    assert len(opened) == KEYRING_SIZE
    return opened.decode().rstrip("\n")


def test_changed_key_keeps_the_one_before_in_its_keyring(holder: Holder) -> None:
    before = list(holder.identities)

    holder.change()

    assert holder.visitor.ask("/key/wraps").get_json()["recipient"] == holder.recipient
    assert holder.kinds() == ["recovery"]
    assert keyring(holder).splitlines()[1:] == before


def test_keyring_grows_and_is_a_file_that_can_be_saved(holder: Holder) -> None:
    for _ in range(3):
        holder.change()

    assert keyring(holder).splitlines()[1:] == holder.identities[1:]
    saved = holder.visitor.get("/key/keyring/file")
    assert open_file(saved.data, [holder.identities[0]]).startswith(b"# Community Support")
    assert saved.headers["Content-Disposition"] == "attachment; filename=key-earlier.age"


def test_full_keyring_wants_reboxing_first(holder: Holder) -> None:
    for _ in range(MOST_KEPT):
        holder.change()

    answer, _, _ = holder.offer("/key/change")

    assert answer.status_code == 422
    assert "keyring is full" in answer.get_json()["errors"][0]["message"]
    assert holder.visitor.send("/key/boxes/done", {"failed": []}).status_code == 200
    holder.identities = holder.identities[:1]
    holder.change()


def test_whoever_changed_keys_is_still_stepped_up(holder: Holder) -> None:
    """Both keys were shown: sealing old reports again can follow at once."""
    holder.change()

    assert holder.visitor.ask("/key/boxes").status_code == 200


def test_change_wants_the_old_key(holder: Holder) -> None:
    answer, _, _ = holder.offer("/key/change")

    assert answer.status_code == 403
    assert holder.visitor.ask("/key/wraps").get_json()["recipient"] == holder.recipient


def test_change_wants_the_new_key(holder: Holder) -> None:
    """Whoever is stepped up cannot lock the owner out with a key of somebody else's."""
    holder.step_up()
    _, foreign = age.new_identity()
    mine, own_recipient = age.new_identity()
    proof = prove(holder.visitor, mine, own_recipient)
    sealed = to_text(keyring_of(holder.identities, foreign))
    offered = {"recipient": foreign, "wraps": [wrap_json()], "keyring": sealed, **proof}

    assert holder.visitor.send("/key/change", offered).status_code == 422
    assert holder.visitor.ask("/key/wraps").get_json()["recipient"] == holder.recipient


def test_key_does_not_take_its_own_place(holder: Holder) -> None:
    holder.step_up()
    recipient = holder.recipient
    sealed = to_text(keyring_of(holder.identities, recipient))
    offered = {"recipient": recipient, "wraps": [wrap_json()], "keyring": sealed}

    for path in ("/key/change", "/key/lost"):
        proof = prove(holder.visitor, holder.identities[0], recipient)
        assert holder.visitor.send(path, {**offered, **proof}).status_code == 409


@pytest.mark.parametrize("size", [0, 77, KEYRING_SIZE - 1, KEYRING_SIZE + 1, 4096])
def test_keyring_of_another_size_is_refused(holder: Holder, size: int) -> None:
    """It would be found again among the rows of the database by whoever made it."""
    holder.step_up()
    _, somebody = age.new_identity()

    answer, _, _ = holder.offer("/key/change", age.seal(bytes(size), [somebody]))

    assert answer.status_code == 422


def test_keyring_for_two_is_refused(holder: Holder) -> None:
    holder.step_up()
    two = [age.new_identity()[1] for _ in range(2)]

    answer, _, _ = holder.offer("/key/change", age.seal(bytes(KEYRING_SIZE), two))

    assert answer.status_code == 422
    assert holder.visitor.ask("/key/wraps").get_json()["recipient"] == holder.recipient


def test_second_of_two_changes_at_once_is_refused(
    holder: Holder, app: Flask, services: Services, person: Person
) -> None:
    """Each tab made a keyring of what it knew: the second would lose what the first one put in."""
    elsewhere = Holder(sign_in(app, services, person), list(holder.identities), holder.recipient)
    elsewhere.step_up()
    holder.change()

    answer, _, _ = elsewhere.offer("/key/change")

    assert answer.status_code == 403
    assert holder.visitor.ask("/key/wraps").get_json()["recipient"] == holder.recipient


def test_starting_over_takes_no_old_key_and_opens_nothing_old(holder: Holder) -> None:
    holder.change()

    holder.start_over()

    answer = holder.visitor.ask("/key/wraps").get_json()
    assert answer["recipient"] == holder.recipient
    assert answer["keyring"] is None
    assert holder.kinds() == ["recovery"]


def test_starting_over_wants_proof_of_the_new_key(holder: Holder) -> None:
    _, foreign = age.new_identity()
    identity, recipient = age.new_identity()
    proof = prove(holder.visitor, identity, recipient)

    offered = {"recipient": foreign, "wraps": [wrap_json()], **proof}

    assert holder.visitor.send("/key/lost", offered).status_code == 422


def test_whoever_has_no_key_has_nothing_to_start_over_from(holder: Holder, app: Flask) -> None:
    services = holder.visitor.client.application.extensions["community_support"]
    other = Holder(sign_in(app, services, Person(central_id=2, name="Juniper")), [], "")

    answer, _, _ = other.offer("/key/lost")

    assert answer.status_code == 404


class TestFunctionary:
    """Rowanbark, vouched for, with reports from before."""

    @pytest.fixture
    def world(self, world: World) -> World:
        for name, central_id in (("Rowanbark", 9003), ("Fennelwood", 9004)):
            world.add_reader(name, central_id)
        return world

    @pytest.fixture
    def holder(self, world: World, app: Flask) -> Holder:
        key = world.readers["Rowanbark"]
        return Holder(visit(app, world, "Rowanbark"), [key.identity], key.recipient)

    def standing(self, world: World) -> Standing:
        with world.services.database.read() as session:
            member = world.domain.roster.member(session, DESK, 9003)
        assert member is not None
        return member.standing

    def boxes(self, world: World, report: bytes) -> dict[bytes, bytes]:
        with world.services.database.read() as session:
            return world.domain.reports.boxes(session, [report], 9003)

    def test_changed_key_waits_for_a_vouch_again(self, world: World, holder: Holder) -> None:
        assert self.standing(world) is Standing.READER
        holder.change()
        assert self.standing(world) is Standing.WAITING
        assert holder.visitor.get(f"/desk/{DESK}/roster").status_code == 200

    def test_old_reports_open_by_the_keyring(self, world: World, holder: Holder) -> None:
        report = world.file((101, "Larkspur"))
        holder.change()

        box = self.boxes(world, report)[report]

        assert open_file(box, holder.identities)

    def test_lost_key_leaves_no_box_that_opens(self, world: World, holder: Holder) -> None:
        report = world.file((101, "Larkspur"))

        holder.start_over()

        assert self.boxes(world, report) == {}
        assert self.standing(world) is Standing.WAITING

    def test_boxes_from_before_keys_could_change_are_the_first_keys(
        self, world: World, holder: Holder
    ) -> None:
        """Their rows have no mark."""
        report = world.file((101, "Larkspur"))
        with world.services.database.write() as session:
            session.connection().exec_driver_sql("UPDATE box SET `key` = NULL")
        assert set(self.boxes(world, report)) == {report}
        holder.change()
        assert set(self.boxes(world, report)) == {report}
        holder.start_over()
        assert self.boxes(world, report) == {}

    def test_acts_are_in_the_audit(self, holder: Holder, audit: Audit) -> None:
        holder.change()
        holder.visitor.send("/key/boxes/done", {"failed": []})
        holder.start_over()

        acts = [act for act, _reason in audit()]
        assert acts == ["key-changed", "key-lost", "key-reboxed"]
