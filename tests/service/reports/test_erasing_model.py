# SPDX-License-Identifier: AGPL-3.0-or-later
"""Any sequence of filing, folding, withdrawing and purging equals a plain model: for each account
the reports that name it, and nothing beyond them in any table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.audit.journal import Act
from service.cases.visible import id_value
from service.matching.tokens import Kind, case_id, derive
from service.worker.building import build_context
from tests.service.retention.test_night import make_round
from tests.service.rows import empty, keys_of
from tests.service.world import DESK, World

ACCOUNTS: dict[str, int | None] = {"Thornbury": 9006, "Brackenridge": 9007, "Ashdown": 9008}
REPORTERS = [(101, "Larkspur"), (102, "Quillfeather")]
READERS = 2

STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("file"),
            st.sets(st.sampled_from(sorted(ACCOUNTS)), min_size=1),
            st.sampled_from(REPORTERS),
        ),
        st.tuples(st.sampled_from(["fold", "withdraw"]), st.integers(0, 5), st.none()),
        st.tuples(st.just("wait"), st.sampled_from([100, 300]), st.none()),
    ),
    max_size=14,
)


@dataclass
class Filed:
    """A report of the model."""

    accounts: frozenset[str]
    day: date
    folded: bool = False


@dataclass
class Model:
    """What should be there."""

    reports: dict[bytes, Filed] = field(default_factory=dict)

    def about(self, account: str) -> set[bytes]:
        return {
            one for one, filed in self.reports.items() if filed.folded and account in filed.accounts
        }

    @property
    def entries(self) -> int:
        """One for each account of a report, and one for its reporter."""
        return sum(len(one.accounts) + 1 for one in self.reports.values() if one.folded)

    @property
    def parts(self) -> int:
        return sum(4 if one.folded else 3 for one in self.reports.values())


@pytest.fixture
def world(world: World) -> World:
    world.add_reader("Rowanbark", 9003)
    world.add_reader("Fennelwood", 9004)
    return world


@given(steps=STEPS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_sequence_equals_a_multiset_of_reports_by_account(
    world: World, steps: list[tuple[str, object, object]]
) -> None:
    empty(world.services.database)
    model = Model()
    for step in steps:
        play(world, model, step)
        compare(world, model)


def play(world: World, model: Model, step: tuple[str, object, object]) -> None:
    today = world.services.today()
    match step:
        case ("file", set(accounts), (int(central_id), str(name))):
            report = world.file((central_id, name), tuple(sorted(accounts)))
            model.reports[report] = Filed(frozenset(accounts), today)
        case ("fold", int(number), _) if model.reports:
            report = sorted(model.reports)[number % len(model.reports)]
            filed = model.reports[report]
            world.fold(report, {one: ACCOUNTS[one] for one in filed.accounts})
            filed.folded = True
        case ("withdraw", int(number), _) if model.reports:
            report = sorted(model.reports)[number % len(model.reports)]
            erasing = world.domain.erasing
            with world.services.database.write() as session:
                assert erasing.erase(session, report, Act.WITHDRAWN, today)
            del model.reports[report]
        case ("wait", int(days), _):
            world.services.clock.advance(days=days)  # type: ignore[attr-defined]
            make_round(build_context(world.services))
            oldest = world.services.today() - timedelta(days=365)
            over = [one for one, filed in model.reports.items() if filed.day <= oldest]
            for report in over:
                del model.reports[report]


def compare(world: World, model: Model) -> None:
    keys, reader = world.services.match_keys, world.as_reader("Rowanbark")
    tokens = {
        name: derive(keys, DESK, Kind.ACCOUNT, id_value(central_id or 0))
        for name, central_id in ACCOUNTS.items()
    }
    with world.services.database.read() as session:
        for name, token in tokens.items():
            case = world.domain.reading.open(session, world.desk, reader, case_id(token))
            found = set() if case is None else {one.report.id for one in case.reports}
            assert found == model.about(name)
    rows = keys_of(world.services.database)
    assert {one for (one,) in rows["report"]} == set(model.reports)
    assert {one for (one,) in rows["case_head"]} == {
        case_id(token) for name, token in tokens.items() if model.about(name)
    }
    assert len(rows["entry"]) == model.entries
    assert len(rows["part"]) == model.parts
    assert len(rows["box"]) == READERS * len(model.reports)
    assert len(rows["job"]) == len(model.reports)
