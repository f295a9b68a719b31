# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking about two accounts: who may, how often, what is kept, and who meets it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from service.audit.models import AuditEntryRow
from service.ids import to_bytes, to_text
from service.interactions.models import InteractionRow
from service.interactions.record import UNDER_WAY, State
from service.interactions.store import MOST_A_DAY, MOST_KEPT, MOST_UNDER_WAY
from service.queue.models import JobRow
from service.sealing.parts import PartContext, unframe
from tests.service.conftest import ManualClock
from tests.service.desks.conftest import BRACKENRIDGE, MARLOWICK
from tests.service.sealing.age_opener import open_file
from tests.service.visiting import Visitor, case_address
from tests.service.world import DESK, World

QUESTION = {
    "first": "Brackenridge",
    "second": "Quincunx",
    "wiki": "en.wikipedia.org",
    "window": "180",
    "closeness": "3600",
}
Come = Callable[[str], Visitor]


def ask(visitor: Visitor, case: str, **other: str) -> int:
    return visitor.send(f"{case}/interactions", QUESTION | other).status_code


def asked(visitor: Visitor, case: str) -> list[dict[str, str]]:
    answer = visitor.ask(f"{case}/interactions")
    assert answer.status_code == 200
    found: list[dict[str, str]] = answer.get_json()["asked"]
    return found


def first_error(visitor: Visitor, case: str) -> tuple[int, str]:
    answer = visitor.send(f"{case}/interactions", QUESTION)
    return answer.status_code, answer.get_json()["errors"][0]["message"]


def count(world: World, model: type[Any]) -> int:
    with world.services.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def interaction_jobs(world: World) -> int:
    with world.services.database.read() as session:
        wanted = select(func.count()).where(JobRow.kind == "interaction")
        return session.scalar(wanted) or 0


def end_all(world: World) -> None:
    """As if the worker had given all questions up."""
    interactions = world.domain.interactions
    with world.services.database.write() as session:
        for row_id in session.scalars(select(InteractionRow.id)).all():
            one = interactions.get(session, row_id)
            if one is not None and one.state in UNDER_WAY:
                world.domain.queue.withdraw(session, one.job)
                interactions.set_state(session, row_id, State.GIVEN_UP)


def test_question_waits_and_only_the_asker_opens_it(
    reader: Visitor, case: str, world: World
) -> None:
    assert ask(reader, case) == 201

    (one,) = asked(reader, case)
    assert one["state"] == "waiting"
    sealed = reader.ask(f"{case}/interactions/{one['request']}").get_json()
    assert sealed["answer"] is None
    file = to_bytes(sealed["question"], None)
    opened = open_file(file, [world.readers["Rowanbark"].identity])
    question = json.loads(unframe(PartContext(one["request"], "question"), opened))
    assert (question["first"], question["second"]) == ("Brackenridge", "Quincunx")
    assert question["wiki"] == "en.wikipedia.org"


def test_colleague_meets_neither_the_question_nor_that_there_is_one(
    reader: Visitor, come: Come, case: str
) -> None:
    ask(reader, case)
    (one,) = asked(reader, case)
    colleague = come("Fennelwood")

    assert asked(colleague, case) == []
    path = f"{case}/interactions/{one['request']}"
    assert colleague.ask(path).status_code == 404
    assert colleague.send(f"{path}/remove", {}).status_code == 404
    assert len(asked(reader, case)) == 1


def test_page_of_the_case_is_the_same_before_and_after(
    reader: Visitor, come: Come, case: str
) -> None:
    colleague = come("Fennelwood")

    def page() -> str:
        """Without the tokens of its forms, which say when they were made."""
        return re.sub(r'(value|content)="[^" ]{60,}"', "TOKEN", colleague.text(case))

    before = page()
    ask(reader, case)

    assert page() == before


def test_question_of_another_case_is_not_there(
    reader: Visitor, case: str, world: World, about: Callable[[int], bytes]
) -> None:
    world.fold(world.file((103, "Willowmere"), ("Ashdown",)), {"Ashdown": 9008})
    other = case_address(about(9008))
    ask(reader, case)
    (one,) = asked(reader, case)

    assert asked(reader, other) == []
    assert reader.ask(f"{other}/interactions/{one['request']}").status_code == 404


def test_recused_reader_can_not_ask(
    world: World, case: str, come: Come, about: Callable[[int], bytes]
) -> None:
    world.add_reader("Brackenridge", BRACKENRIDGE)

    assert ask(come("Brackenridge"), case) == 404
    assert come("Brackenridge").ask(f"{case}/interactions").status_code == 404
    assert count(world, InteractionRow) == interaction_jobs(world) == 0


def test_case_that_is_not_there_is_told_before_any_error_of_the_form(reader: Visitor) -> None:
    nowhere = case_address(bytes(32))

    assert reader.send(f"{nowhere}/interactions", {}).status_code == 404


def test_functionary_without_a_vouch_can_not_ask(world: World, case: str, come: Come) -> None:
    world.add_reader("Marlowick", MARLOWICK, vouched=False)

    assert ask(come("Marlowick"), case) == 404


def test_question_without_the_forms_token_is_refused(
    reader: Visitor, case: str, world: World
) -> None:
    answer = reader.client.post(f"{case}/interactions", json=QUESTION)

    assert answer.status_code == 400
    assert count(world, InteractionRow) == 0


def test_errors_stand_at_their_fields(reader: Visitor, case: str) -> None:
    answer = reader.send(f"{case}/interactions", QUESTION | {"second": "", "wiki": "nowhere"})

    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [
        {"field": "second", "message": "Write one account name or IP address."},
        {
            "field": "wiki",
            "message": "This is no public wiki that can be asked. Write its address, such as"
            " en.wikipedia.org.",
        },
    ]


def test_few_questions_wait_at_once(reader: Visitor, come: Come, case: str) -> None:
    for _ in range(MOST_UNDER_WAY):
        assert ask(reader, case) == 201

    status, message = first_error(reader, case)

    assert status == 429
    assert message.startswith("Some of your questions still wait")
    assert ask(come("Fennelwood"), case) == 201, "each reader has the own measure"


def test_day_has_a_measure_that_removing_does_not_lengthen(
    reader: Visitor, come: Come, case: str, world: World, clock: ManualClock
) -> None:
    for _ in range(MOST_A_DAY):
        assert ask(reader, case) == 201
        (one,) = asked(reader, case)
        reader.send(f"{case}/interactions/{one['request']}/remove", {})
    assert asked(reader, case) == []

    assert first_error(reader, case) == (
        429,
        "You have asked often today. You can ask again tomorrow.",
    )
    clock.advance(days=1)
    assert ask(come("Rowanbark"), case) == 201
    assert count(world, InteractionRow) == 1, "what was removed has gone by now"


def test_room_ends_and_removing_makes_some(
    come: Come, case: str, world: World, clock: ManualClock
) -> None:
    reader = come("Rowanbark")
    for number in range(MOST_KEPT):
        assert ask(reader, case) == 201
        end_all(world)
        if number % MOST_A_DAY == MOST_A_DAY - 1:
            clock.advance(days=1)
            reader = come("Rowanbark")

    status, message = first_error(reader, case)
    assert status == 429
    assert message.startswith("You keep as many answers")

    reader.send(f"{case}/interactions/{asked(reader, case)[0]['request']}/remove", {})
    assert ask(reader, case) == 201


def test_removing_erases_the_names_in_the_queue_too(
    reader: Visitor, case: str, world: World
) -> None:
    ask(reader, case)
    (one,) = asked(reader, case)
    assert interaction_jobs(world) == 1

    assert reader.send(f"{case}/interactions/{one['request']}/remove", {}).status_code == 200

    assert interaction_jobs(world) == 0
    assert reader.ask(f"{case}/interactions/{one['request']}").status_code == 404
    with world.services.database.read() as session:
        (row,) = session.scalars(select(InteractionRow)).all()
    assert (row.question, row.answer) == (None, None)


def test_listing_costs_nothing_while_nothing_changed(reader: Visitor, case: str) -> None:
    ask(reader, case)
    tag = reader.ask(f"{case}/interactions").headers["ETag"]

    again = reader.get(f"{case}/interactions", Accept="application/json", **{"If-None-Match": tag})

    assert again.status_code == 304


def test_asking_is_written_down_without_names(reader: Visitor, case: str, world: World) -> None:
    ask(reader, case)

    with world.services.database.read() as session:
        rows = session.scalars(select(AuditEntryRow)).all()
    values = [world.services.vault.open(AuditEntryRow.blob, one.id, one.blob) for one in rows]
    (found,) = [one for one in values if one["act"] == "interaction-asked"]
    assert found["actor"] == world.readers["Rowanbark"].central_id
    assert to_text(bytes.fromhex(found["subject"])) == case.rpartition("/")[2]
    assert "Quincunx" not in json.dumps(values)


def test_reports_are_as_they_were(reader: Visitor, case: str, world: World) -> None:
    """No reporter's page can tell that somebody asked."""

    def reports() -> list[object]:
        with world.services.database.read() as session:
            return [vars(one.meta) for one in world.domain.reports.of_desk(session, DESK)]

    before = reports()
    ask(reader, case)

    assert reports() == before


@pytest.mark.parametrize("text", ["nonsense", "A" * 22, "A" * 23])
def test_what_is_no_question_is_not_there(reader: Visitor, case: str, text: str) -> None:
    assert reader.ask(f"{case}/interactions/{text}").status_code == 404
    assert reader.send(f"{case}/interactions/{text}/remove", {}).status_code == 404
