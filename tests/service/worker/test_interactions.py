# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a reader's question about two accounts to the answer that only this reader opens."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from onwiki.evidence.interaction import Closeness, Question, Window, ask_interaction
from service.cases.visible import id_value
from service.ids import to_text
from service.interactions import asking
from service.interactions.models import InteractionRow
from service.interactions.record import State
from service.interactions.sealed import ANSWER_STEP
from service.interactions.wording import Worded
from service.keys.models import PersonalKeyRow
from service.keys.store import WrapKind
from service.matching.tokens import Kind, case_id, derive
from service.queue.jobs import JobKind, LeaseLost
from service.queue.models import JobRow
from service.sealing.parts import PartContext, unframe
from service.worker.context import Context
from service.worker.loop import HANDLERS, LEASE_S, Worker
from tests.fixtures_sandbox import Sandbox
from tests.service.conftest import ManualClock
from tests.service.reports.desk import a_wrap
from tests.service.sealing.age_opener import NoMatch, open_file
from tests.service.worker.test_faults import FAULTS
from tests.service.world import DESK, World

ASKER = "Rowanbark"
READING = "query+usercontribs"
ABOUT = Question("Thornbury", "Larkspur", Window.HALF_YEAR, Closeness.DAY)


@dataclass(frozen=True)
class Asker:
    """A reader with a case about Thornbury."""

    world: World
    case: bytes

    def ask(self, question: Question = ABOUT, wiki: str = "sandboxwiki") -> bytes:
        """Enter a question; its id."""
        world, services = self.world, self.world.services
        found = services.wikis.by_dbname(wiki)
        assert found is not None
        worded = Worded(found, question)
        before = self.ids()
        with services.database.write() as session:
            assert world.domain.interactions.ask(
                session, world.desk, world.as_reader(ASKER), self.case, worded, services.clock()
            )
        (made,) = self.ids() - before
        return made

    def ids(self) -> set[bytes]:
        with self.world.services.database.read() as session:
            return set(session.scalars(select(InteractionRow.id)))

    def state(self, request_id: bytes) -> State | None:
        with self.world.services.database.read() as session:
            found = self.world.domain.interactions.get(session, request_id)
        return None if found is None else found.state

    def answer_file(self, request_id: bytes) -> bytes | None:
        with self.world.services.database.read() as session:
            reader = self.world.as_reader(ASKER)
            found = self.world.domain.interactions.sealed(session, reader, self.case, request_id)
        assert found is not None
        return found.answer

    def answer(self, request_id: bytes) -> Any:
        """As the asker's browser opens it."""
        sealed = self.answer_file(request_id)
        assert sealed is not None
        opened = open_file(sealed, [self.world.readers[ASKER].identity])
        return json.loads(unframe(PartContext(to_text(request_id), "answer"), opened))

    def names_are_in_the_queue(self) -> bool:
        with self.world.services.database.read() as session:
            wanted = select(func.count()).where(JobRow.kind == JobKind.INTERACTION.value)
            return bool(session.scalar(wanted))


@pytest.fixture
def clock(clock: ManualClock) -> ManualClock:
    """Some days after the sandbox's history."""
    clock.now = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
    return clock


@pytest.fixture
def asker(world: World, sandbox: Sandbox) -> Asker:
    thornbury = sandbox.person("Thornbury").id
    report = world.file((1, "Larkspur"), ("Thornbury",))
    world.fold(report, {"Thornbury": thornbury})
    with world.services.database.write() as session:  # what else the report asks for is done
        session.execute(delete(JobRow))
    token = derive(world.services.match_keys, DESK, Kind.ACCOUNT, id_value(thornbury))
    return Asker(world, case_id(token))


def test_answer_tells_where_two_accounts_met(
    asker: Asker, context: Context, sandbox: Sandbox
) -> None:
    request_id = asker.ask()
    Worker(context).run_until_idle()

    assert asker.state(request_id) is State.ANSWERED
    answer = asker.answer(request_id)
    met = next(one for one in answer["pages"] if one["title"] == "User talk:Larkspur")
    assert met["distance"] == 67 * 60
    assert met["first"]["address"] == f"{sandbox.base_url}/wiki/Special:Diff/310000005"
    assert {met["first"]["revid"], met["second"]["revid"]} == {310000005, 310000006}
    assert answer["first"]["there"]
    assert answer["second"]["there"]
    assert not asker.names_are_in_the_queue()


def test_answer_has_no_summary_and_no_text(asker: Asker, context: Context) -> None:
    request_id = asker.ask()
    Worker(context).run_until_idle()

    kept = json.dumps(asker.answer(request_id))
    for words in ("worthless", "reply", "cleaning up"):
        assert words not in kept


def test_answer_opens_with_no_key_but_the_askers(
    asker: Asker, context: Context, world: World
) -> None:
    request_id = asker.ask()
    Worker(context).run_until_idle()

    sealed = asker.answer_file(request_id)
    assert sealed is not None
    with pytest.raises(NoMatch):
        open_file(sealed, [world.readers["Fennelwood"].identity])


def test_answers_have_one_size_whatever_was_found(asker: Asker, context: Context) -> None:
    much, nothing = asker.ask(), asker.ask(replace(ABOUT, second="Nobody Of This Name"))
    Worker(context).run_until_idle()

    assert not asker.answer(nothing)["second"]["there"]
    sizes = {len(asker.answer_file(one) or b"") for one in (much, nothing)}
    assert len(sizes) == 1
    assert sizes.pop() > ANSWER_STEP


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # it is about wikis
@pytest.mark.parametrize(
    "name", [name for name, fault in FAULTS.items() if name != "half a batch" and fault.action]
)
def test_failing_wiki_is_asked_again(
    name: str, asker: Asker, context: Context, sandbox: Sandbox, clock: ManualClock
) -> None:
    fault = FAULTS[name]
    request_id = asker.ask()
    hurried = replace(context, wiki_timeout_s=fault.timeout_s)
    sandbox.fail(fault.kind.value, wiki="sandboxwiki", action=READING, seconds=fault.seconds)

    Worker(hurried).run_until_idle()

    assert asker.state(request_id) is State.LATER
    sandbox.recover()
    Worker(context).run_until_idle()
    assert asker.state(request_id) is State.LATER, "not before its time"
    clock.advance(hours=1)
    Worker(context).run_until_idle()
    assert asker.state(request_id) is State.ANSWERED
    assert asker.answer(request_id)["pages"]


def test_wiki_that_is_away_for_a_week_is_given_up_and_the_names_go(
    asker: Asker, context: Context, sandbox: Sandbox, clock: ManualClock
) -> None:
    request_id = asker.ask()
    sandbox.fail("503", wiki="sandboxwiki")
    Worker(context).run_until_idle()
    assert asker.state(request_id) is State.LATER

    clock.advance(days=6, hours=23, minutes=59, seconds=50)
    Worker(context).run_until_idle()

    assert asker.state(request_id) is State.GIVEN_UP
    assert not asker.names_are_in_the_queue()


def test_names_do_not_outlive_the_queues_seven_days(
    asker: Asker, context: Context, clock: ManualClock
) -> None:
    request_id = asker.ask()
    clock.advance(days=8)  # the worker stood still
    Worker(context).run_until_idle()

    assert asker.state(request_id) is State.GIVEN_UP
    assert not asker.names_are_in_the_queue()


def claim(context: Context) -> Any:
    with context.database.write() as session:
        return context.domain.queue.claim(session, [JobKind.INTERACTION], context.clock(), LEASE_S)


def lose_key(world: World) -> None:
    """The asker's key is gone: as an erasure or a change of keys leaves it."""
    owner = world.services.vault.person("personal-key", world.readers[ASKER].central_id)
    with world.services.database.write() as session:
        session.execute(delete(PersonalKeyRow).where(PersonalKeyRow.owner == owner))


def test_key_that_is_gone_means_that_the_wiki_is_not_asked(
    asker: Asker, context: Context, world: World, sandbox: Sandbox
) -> None:
    request_id = asker.ask()
    lose_key(world)
    sandbox.forget_requests()
    Worker(context).run_until_idle()

    assert asker.state(request_id) is State.DROPPED
    assert sandbox.requests() == []
    assert not asker.names_are_in_the_queue()


def test_answer_for_a_key_that_was_changed_meanwhile_is_dropped(
    asker: Asker, context: Context, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key changes while the wiki is being asked."""
    request_id = asker.ask()

    def changed_meanwhile(*arguments: Any, **more: Any) -> Any:
        found = ask_interaction(*arguments, **more)
        lose_key(world)
        key = world.readers[ASKER]
        with world.services.database.write() as session:
            wraps = [(WrapKind.PASSPHRASE, a_wrap())]
            today = world.services.today()
            world.domain.keys.register(session, key.central_id, key.recipient, wraps, today)
        return found

    monkeypatch.setattr(asking, "ask_interaction", changed_meanwhile)
    Worker(context).run_until_idle()

    assert asker.state(request_id) is State.DROPPED
    assert asker.answer_file(request_id) is None


def test_answer_to_a_question_that_was_removed_meanwhile_is_dropped(
    asker: Asker, context: Context, world: World, clock: ManualClock
) -> None:
    request_id = asker.ask()
    job = claim(context)
    with context.database.write() as session:
        reader, today = world.as_reader(ASKER), clock().date()
        assert world.domain.interactions.remove(session, reader, asker.case, request_id, today)

    with pytest.raises(LeaseLost):
        HANDLERS[JobKind.INTERACTION](context, job)
    with context.database.read() as session:
        (row,) = session.scalars(select(InteractionRow)).all()
    assert (row.question, row.answer) == (None, None)


def test_killed_worker_loses_nothing(asker: Asker, context: Context, clock: ManualClock) -> None:
    request_id = asker.ask()
    assert claim(context) is not None  # and dies
    clock.advance(seconds=LEASE_S + 1)
    Worker(context).run_until_idle()

    assert asker.state(request_id) is State.ANSWERED


def test_answers_are_erased_after_thirty_days(
    asker: Asker, context: Context, clock: ManualClock
) -> None:
    asker.ask()
    Worker(context).run_until_idle()
    clock.advance(days=30)
    Worker(context).run_until_idle()
    assert len(asker.ids()) == 1

    clock.advance(days=1)
    Worker(context).run_until_idle()
    assert asker.ids() == set()


def test_nothing_is_posted_and_every_question_goes_by_post(
    asker: Asker, context: Context, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.forget_requests()
    asker.ask()
    with caplog.at_level(0):
        Worker(context).run_until_idle()

    asked = sandbox.requests()
    assert {one["method"] for one in asked} == {"POST"}
    assert any(READING in one["labels"] for one in asked)
    assert not [one for one in asked if "edit" in one["labels"]]
    for name in (ABOUT.first, ABOUT.second):
        assert name not in caplog.text
