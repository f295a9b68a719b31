# SPDX-License-Identifier: AGPL-3.0-or-later
"""After a key may have been seen: own boxes are sealed again, in rounds, then it is let go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from service.desks.sharing import AT_ONCE
from service.ids import new_id, to_bytes, to_text
from service.keys import reboxing
from service.reports.plain import seal_box
from service.reports.record import Report
from service.sealing import age
from service.sealing.parts import PartContext, unframe
from service.sessions.person import Person
from tests.service.keys.holder import Holder
from tests.service.sealing.age_opener import open_file
from tests.service.visiting import sign_in, visit
from tests.service.world import World

ROWANBARK, FENNELWOOD, LARKSPUR = 9003, 9004, (101, "Larkspur")


@pytest.fixture
def world(world: World) -> World:
    world.add_reader("Rowanbark", ROWANBARK)
    world.add_reader("Fennelwood", FENNELWOOD)
    return world


@pytest.fixture
def holder(world: World, app: Flask) -> Holder:
    """Rowanbark."""
    key = world.readers["Rowanbark"]
    return Holder(visit(app, world, "Rowanbark"), [key.identity], key.recipient)


@pytest.fixture
def filed(world: World) -> list[bytes]:
    return sorted(report(world) for _ in range(3))


def report(world: World, about: str = "Brackenridge", central_id: int = 9007) -> bytes:
    filed = world.file(LARKSPUR, (about,), narrative="Word by word.")
    world.fold(filed, {about: central_id})
    return filed


def backlog(holder: Holder, query: str = "") -> dict[str, Any]:
    answer = holder.visitor.ask(f"/key/boxes{query}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def reseal(holder: Holder, box: dict[str, str]) -> str:
    """What the browser does with a box of the backlog."""
    opened = open_file(to_bytes(box["box"], None), holder.identities)
    identity = unframe(PartContext(box["report"], "box"), opened).decode()
    return to_text(seal_box(to_bytes(box["report"]), identity, holder.recipient))


def rebox(holder: Holder, boxes: list[dict[str, str]]) -> int:
    sealed = {one["report"]: reseal(holder, one) for one in boxes}
    answer = holder.visitor.send("/key/boxes", {"recipient": holder.recipient, "boxes": sealed})
    assert answer.status_code == 200
    kept: int = answer.get_json()["kept"]
    return kept


def finish(holder: Holder, failed: list[bytes] = []) -> int:  # noqa: B006 - never changed
    asked = {"failed": [to_text(one) for one in failed]}
    return holder.visitor.send("/key/boxes/done", asked).status_code


def test_without_an_earlier_key_there_is_nothing_to_do(holder: Holder, filed: list[bytes]) -> None:
    assert filed
    holder.step_up()
    assert backlog(holder)["left"] == 0


def test_reports_open_with_the_new_key_alone_and_the_old_one_is_let_go(
    holder: Holder, world: World, filed: list[bytes]
) -> None:
    holder.change()
    found = backlog(holder)
    assert found["recipient"] == holder.recipient
    assert [one["report"] for one in found["boxes"]] == [to_text(one) for one in filed]

    assert rebox(holder, found["boxes"]) == 3
    assert finish(holder) == 200

    world.readers["Rowanbark"] = replace(world.readers["Rowanbark"], identity=holder.identities[0])
    for one in filed:
        assert world.open_part("Rowanbark", one, "narrative") == b"Word by word."
    assert holder.visitor.ask("/key/wraps").get_json()["keyring"] is None


def test_old_key_stays_while_something_is_sealed_to_it(holder: Holder, filed: list[bytes]) -> None:
    holder.change()
    rebox(holder, backlog(holder)["boxes"][:2])

    assert finish(holder) == 422

    assert holder.visitor.ask("/key/wraps").get_json()["keyring"] is not None
    left = backlog(holder)
    assert [one["report"] for one in left["boxes"]] == [to_text(filed[2])]


def test_box_that_no_key_opens_does_not_keep_the_old_key(
    holder: Holder, world: World, filed: list[bytes]
) -> None:
    holder.change()
    rebox(holder, backlog(holder)["boxes"][:2])

    assert finish(holder, filed[2:]) == 200

    with world.services.database.read() as session:
        boxes = world.domain.reports.boxes(session, filed, ROWANBARK)
    assert sorted(boxes) == filed[:2]  # a colleague can share the third again


def test_rounds_go_on_after_the_last_that_was_looked_at(
    holder: Holder, filed: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reboxing, "AT_ONCE", 2)
    holder.change()
    first = backlog(holder)
    assert (first["left"], len(first["boxes"])) == (3, 2)

    second = backlog(holder, f"?after={to_text(filed[1])}")

    assert [one["report"] for one in second["boxes"]] == [to_text(filed[2])]


def test_same_boxes_twice_are_kept_once(holder: Holder, filed: list[bytes]) -> None:
    holder.change()
    boxes = backlog(holder)["boxes"]
    assert (rebox(holder, boxes), rebox(holder, boxes)) == (len(filed), 0)


def test_own_reports_are_sealed_again_too(world: World, app: Flask) -> None:
    """Larkspur reported, with a key; one report is not folded yet."""
    services = world.services
    reporter = Holder.registered(sign_in(app, services, Person(101, "Larkspur")))
    own = [report(world), world.file(LARKSPUR)]
    foreign = world.file((102, "Quillfeather"))
    identity, recipient = age.new_identity()
    with services.database.write() as session:
        for one in (*own, foreign):
            put_own_box(world, session, one, identity, reporter.recipient)
    reporter.change()

    found = backlog(reporter)

    assert {one["report"] for one in found["boxes"]} == {to_text(one) for one in own}
    assert {one["recipient"] for one in found["boxes"]} != {recipient}
    assert rebox(reporter, found["boxes"]) == 2
    assert finish(reporter) == 200


def test_own_report_says_that_its_key_was_lost(world: World, app: Flask) -> None:
    services = world.services
    reporter = Holder.registered(sign_in(app, services, Person(101, "Larkspur")))
    own = report(world)
    with services.database.write() as session:
        put_own_box(world, session, own, age.new_identity()[0], reporter.recipient)
    address = f"/reports/{to_text(own)}"
    reporter.change()
    assert "data-unlock" in reporter.visitor.text(address)

    reporter.start_over()

    page = reporter.visitor.text(address)
    assert "data-unlock" not in page
    assert "sealed to a key of yours that you started over from" in page
    assert reporter.visitor.ask(f"{address}/sealed").get_json()["reports"][0]["box"] is None


def put_own_box(
    world: World, session: Any, report_id: bytes, identity: str, recipient: str
) -> None:
    reports = world.domain.reports
    found = reports.get(session, report_id, lock=True)
    assert isinstance(found, Report)
    box = seal_box(report_id, identity, recipient)
    reports.put_box(session, report_id, 101, box)
    meta = replace(found.meta, boxes=found.meta.boxes | {101})
    reports.save_meta(session, report_id, meta)


def test_recused_functionary_is_not_told_of_the_hidden_report(
    holder: Holder, world: World, filed: list[bytes]
) -> None:
    """Named by an old name: the box was there until the worker asked who that is."""
    about_him = world.file(LARKSPUR, ("Rowan of old",))
    holder.change()
    waiting = backlog(holder)
    world.fold(about_him, {"Rowan of old": ROWANBARK})

    assert backlog(holder) == waiting
    assert [one["report"] for one in waiting["boxes"]] == [to_text(one) for one in filed]
    text, identity = to_text(about_him), age.new_identity()[0]
    box = {text: to_text(seal_box(about_him, identity, holder.recipient))}
    answer = holder.visitor.send("/key/boxes", {"recipient": holder.recipient, "boxes": box})
    assert answer.get_json() == {"kept": 0}
    assert rebox(holder, waiting["boxes"]) == 3
    assert finish(holder) == 200


def test_boxes_for_a_key_that_was_changed_meanwhile_are_refused(
    holder: Holder, filed: list[bytes]
) -> None:
    assert filed
    holder.change()
    boxes = {one["report"]: reseal(holder, one) for one in backlog(holder)["boxes"]}
    stale = holder.recipient
    holder.change()

    answer = holder.visitor.send("/key/boxes", {"recipient": stale, "boxes": boxes})

    assert answer.status_code == 409
    assert backlog(holder)["left"] == 3


@pytest.mark.parametrize("box", ["AAAA", "no base64!", "A" * 8000, "", 7])
def test_what_is_no_box_is_refused(holder: Holder, filed: list[bytes], box: object) -> None:
    holder.change()
    asked = {"recipient": holder.recipient, "boxes": {to_text(filed[0]): box}}

    assert holder.visitor.send("/key/boxes", asked).status_code == 422


@pytest.mark.parametrize("asked", [7, [], {}, {"recipient": 7, "boxes": {}}, {"boxes": []}])
def test_what_is_no_round_is_refused(holder: Holder, asked: object) -> None:
    holder.change()
    assert holder.visitor.send("/key/boxes", asked).status_code == 422


def test_more_boxes_than_a_round_has_are_refused(holder: Holder) -> None:
    holder.change()
    boxes = {to_text(new_id()): "AAAA" for _ in range(AT_ONCE + 1)}

    answer = holder.visitor.send("/key/boxes", {"recipient": holder.recipient, "boxes": boxes})

    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/key/boxes?after=nonsense", "/key/boxes?after=AAAA"])
def test_round_after_nonsense_is_not_there(holder: Holder, path: str) -> None:
    holder.change()
    assert holder.visitor.ask(path).status_code == 404
