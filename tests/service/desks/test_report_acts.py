# SPDX-License-Identifier: AGPL-3.0-or-later
"""Acts on one report from the case page: answering, closing, seeing who reported."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.ids import new_id, to_text
from tests.service.desks.conftest import BRACKENRIDGE, LARKSPUR, QUILLFEATHER, THORNBURY
from tests.service.reports.desk import ReaderKey, give_key
from tests.service.thread.correspondence import add, report_of, sealed_message
from tests.service.visiting import JSON, Visitor, case_address, visit
from tests.service.world import World

REASON = {"why": "act", "words": "To hide what was posted."}


@pytest.fixture
def come(app: Flask, world: World) -> Callable[[str], Visitor]:
    """Signs a reader of the world in, who has just shown the own key."""
    return lambda name: visit(app, world, name, stepped_up=True)


@pytest.fixture
def report(world: World) -> bytes:
    """Larkspur's report about Brackenridge; Larkspur has a key."""
    identity, recipient = give_key(world.services, LARKSPUR[0])
    own = ReaderKey(LARKSPUR[0], LARKSPUR[1], identity, recipient)
    report = world.file(LARKSPUR, ("Brackenridge",), own=own)
    world.fold(report, {"Brackenridge": BRACKENRIDGE})
    return report


@pytest.fixture
def address(about: Callable[[int], bytes], report: bytes) -> str:
    """Of the acts on that report."""
    return f"{case_address(about(BRACKENRIDGE))}/reports/{to_text(report)}"


def post(
    world: World, visitor: Visitor, address: str, report: bytes, **fields: Any
) -> TestResponse:
    """Post a message as a browser does; ``fields`` may replace it, ``message`` with bytes."""
    fresh = visitor.ask(f"{address}/message").get_json()
    sealed = sealed_message(report_of(world, report), "We have read it.", fresh["number"])
    data = {
        "csrf_token": visitor.csrf,
        "form_id": fresh["form_id"],
        "number": str(fresh["number"]),
        "writing": "answer",
        **fields,
        "message": (io.BytesIO(fields.get("message", sealed)), "message.age"),
    }
    return visitor.client.post(f"{address}/message", data=data, headers=JSON)


def test_page_offers_the_form_of_an_answer_as_it_would_be_read(
    world: World, reader: Visitor, about: Callable[[int], bytes], report: bytes
) -> None:
    no_key = world.file(QUILLFEATHER, ("Brackenridge",))
    unwanted = world.file((103, "Willowmere"), ("Brackenridge",), contact="none")
    for one in (no_key, unwanted):
        world.fold(one, {"Brackenridge": BRACKENRIDGE})

    page = reader.text(case_address(about(BRACKENRIDGE)))

    for one, reach in ((report, "reads"), (no_key, "no-box"), (unwanted, "unwanted")):
        card = page.split(f'data-report="{to_text(one)}"', 1)[1].split(">", 1)[0]
        assert f'data-reach="{reach}"' in card
    assert "This gate is a rule of the tool, not cryptography" in page


def test_answer_is_kept_and_handed_out_with_the_report(
    world: World, reader: Visitor, address: str, report: bytes
) -> None:
    add(world, report)

    answer = post(world, reader, address, report)

    assert (answer.status_code, answer.get_json()) == (200, {})
    case = address.split("/reports/", maxsplit=1)[0]
    sealed = reader.send(f"{case}/sealed", {"reports": [to_text(report)]}).get_json()
    (found,) = sealed["reports"]
    assert found["thread"] == [
        {"kind": "added", "day": "2026-05-03", "part": "added-0"},
        {"kind": "answered", "day": "2026-05-03", "part": "message-0"},
    ]
    assert {"added-0", "added-facts-0", "message-0"} <= {one["name"] for one in found["parts"]}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"writing": "shout"}, 400),
        ({"form_id": "forged"}, 422),
        ({"number": "7"}, 422),
        ({"number": "9" * 5000}, 422),
        ({"message": b""}, 422),
        ({"message": b"in the clear"}, 422),
    ],
)
def test_forged_message_is_refused(
    world: World, reader: Visitor, address: str, report: bytes, fields: Any, status: int
) -> None:
    assert post(world, reader, address, report, **fields).status_code == status
    assert report_of(world, report).meta.messages == 0


def test_form_of_one_reader_is_none_of_another(
    world: World, reader: Visitor, come: Callable[[str], Visitor], address: str, report: bytes
) -> None:
    foreign = come("Fennelwood").ask(f"{address}/message").get_json()["form_id"]

    assert post(world, reader, address, report, form_id=foreign).status_code == 422


def test_name_is_given_for_a_reason(world: World, reader: Visitor, address: str) -> None:
    answer = reader.send(f"{address}/identity", REASON)

    assert answer.status_code == 200
    assert [one["name"] for one in answer.get_json()["parts"]] == ["identity"]
    assert "Larkspur" not in answer.get_data(as_text=True)


def test_session_without_the_key_gets_no_name(
    app: Flask, world: World, address: str, report: bytes
) -> None:
    answer = visit(app, world, "Rowanbark").send(f"{address}/identity", REASON)

    assert (answer.status_code, answer.get_json()["error"]) == (403, "step-up")
    assert report_of(world, report).meta.events == 0


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({"why": "", "words": ""}, ["why", "words"]),
        ({"why": "curious", "words": "I wonder."}, ["why"]),
        ({"why": "act", "words": "x" * 141}, ["words"]),
    ],
)
def test_without_a_reason_there_is_no_name(
    world: World, reader: Visitor, address: str, report: bytes, asked: Any, fields: list[str]
) -> None:
    answer = reader.send(f"{address}/identity", asked)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.get_json()["errors"]] == fields
    assert report_of(world, report).meta.events == 0


@pytest.mark.parametrize("asked", [[], "why", {"why": 1, "words": "x"}, {"why": "act"}, {}])
def test_reason_that_is_no_text_is_a_bad_request(reader: Visitor, address: str, asked: Any) -> None:
    assert reader.send(f"{address}/identity", asked).status_code == 400


def test_report_that_names_the_reader_is_as_absent(
    world: World, come: Callable[[str], Visitor], about: Callable[[int], bytes]
) -> None:
    world.add_reader("Thornbury", THORNBURY)
    hidden = world.file(LARKSPUR, ("Thornbury", "Brackenridge"))
    world.fold(hidden, {"Thornbury": THORNBURY, "Brackenridge": BRACKENRIDGE})
    case = case_address(about(BRACKENRIDGE))
    thornbury = come("Thornbury")

    for report in (to_text(hidden), to_text(new_id()), "x"):
        path = f"{case}/reports/{report}"
        assert thornbury.ask(f"{path}/message").status_code == 404
        assert thornbury.send(f"{path}/identity", REASON).status_code == 404
    assert report_of(world, hidden).meta.events == 0
