# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reports come and are entered, a reader declares accounts, ends that, leaves, comes back, is given
the backlog, in any order: whoever the rule recuses never sees, and nobody else loses a report.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.cases.visible import id_value
from service.declared.declaring import DeclarationRefused, declare, end
from service.declared.ending import end_declarations
from service.declared.store import Declared, DeclaredKind
from service.desks.removing import speak_for_removal
from service.desks.roster import OPERATOR
from service.desks.two_people import Step
from service.desks.word import Voice
from service.matching.tokens import Kind, case_id, derive
from service.reports.plain import seal_box
from service.worker.building import build_context
from tests.service.declared.conftest import BRAMBLE, LARKSPUR, THICKET, THORNBURY
from tests.service.world import DESK, World

ACCOUNTS: Final = {"Thornbury": THORNBURY, "Thicket": THICKET, "Bramble": BRAMBLE, "Ashdown": 9008}
OTHERS: Final = ("Rowanbark", "Fennelwood")
DECLARABLE: Final = st.sampled_from(["Thicket", "Bramble"])

STEPS: Final = st.one_of(
    st.tuples(
        st.just("file"), st.sets(st.sampled_from(sorted(ACCOUNTS)), min_size=1), st.booleans()
    ),
    st.tuples(st.just("fold"), st.integers(0, 5)),
    st.tuples(st.just("declare"), DECLARABLE, st.sampled_from(DeclaredKind)),
    st.tuples(st.just("end"), DECLARABLE),
    st.tuples(st.sampled_from(["file and fold", "leave", "come", "share", "ninety days pass"])),
)


@dataclass
class Filed:
    accounts: frozenset[str]
    left_out: bool
    folded: bool = False
    hidden: bool = False


@dataclass
class Life:
    """Thornbury's, in the world and in the model: what counts as his, and what is hidden."""

    world: World
    reports: dict[bytes, Filed] = field(default_factory=dict)
    declared: dict[str, bool] = field(default_factory=dict)
    """Whether it is about to end, by the name of an account."""
    reads: bool = True

    def make(self, step: tuple[object, ...]) -> None:
        match step:
            case ("file", set(accounts), bool(left_out)):
                self._file(frozenset(accounts), left_out=left_out)
            case ("fold", int(number)) if self.reports:
                self._fold(sorted(self.reports)[number % len(self.reports)])
            case ("file and fold",):
                self._fold(self._file(frozenset({"Thicket", "Ashdown"}), left_out=False))
            case ("declare", str(name), DeclaredKind() as kind):
                self._declare(name, kind)
            case ("end", str(name)):
                self._end(name)
            case ("ninety days pass",):
                self.world.services.clock.advance(days=90)  # type: ignore[attr-defined]
                end_declarations(build_context(self.world.services))
                self.declared = {name: ends for name, ends in self.declared.items() if not ends}
            case ("leave",) if self.reads:
                self._leave()
            case ("come",) if not self.reads:
                self._come()
            case ("share",) if self.reads:
                self._share()

    def check(self) -> None:
        world, folded = self.world, {one for one, filed in self.reports.items() if filed.folded}
        seen = {one for one in folded if not self.reports[one].hidden}
        for name in OTHERS:
            assert self._in_cases(name) == folded
            assert self._boxed(world.readers[name].central_id) == set(self.reports)
        if self.reads:
            assert self._in_cases("Thornbury") == seen
        hidden = folded - seen
        assert not self._boxed(THORNBURY) & hidden
        if not self.reads:
            assert not self._boxed(THORNBURY)

    def _in_cases(self, name: str) -> set[bytes]:
        world, keys = self.world, self.world.services.match_keys
        found: set[bytes] = set()
        with world.services.database.read() as session:
            for central_id in ACCOUNTS.values():
                case = case_id(derive(keys, DESK, Kind.ACCOUNT, id_value(central_id)))
                opened = world.domain.reading.open(session, world.desk, world.as_reader(name), case)
                found |= {one.report.id for one in (opened.reports if opened else ())}
        return found

    def _boxed(self, central_id: int) -> set[bytes]:
        with self.world.services.database.read() as session:
            return set(self.world.domain.reports.boxes(session, [*self.reports], central_id))

    def _file(self, accounts: frozenset[str], *, left_out: bool) -> bytes:
        without = frozenset({THORNBURY}) if left_out and self.reads else frozenset[int]()
        report = self.world.file(LARKSPUR, tuple(sorted(accounts)), left_out=without)
        self.reports[report] = Filed(accounts, bool(without))
        return report

    def _fold(self, report: bytes) -> None:
        filed = self.reports[report]
        if not filed.folded:
            self.world.fold(report, {one: ACCOUNTS[one] for one in filed.accounts})
            filed.folded = True
            his = {"Thornbury", *self.declared}
            filed.hidden = filed.left_out or bool(filed.accounts & his)

    def _declare(self, name: str, kind: DeclaredKind) -> None:
        world = self.world
        account = Declared(name, ACCOUNTS[name], kind, world.services.today())
        try:
            with world.services.database.write() as session:
                member = world.domain.roster.member(session, DESK, THORNBURY)
                assert member is not None
                declare(world.domain, session, [DESK, "stewards"], member, account)
        except DeclarationRefused:
            assert self.declared.get(name) is False  # as it is already
            return
        self.declared[name] = False
        for filed in self.reports.values():
            filed.hidden |= filed.folded and name in filed.accounts

    def _end(self, name: str) -> None:
        world = self.world
        try:
            with world.services.database.write() as session:
                member = world.domain.roster.member(session, DESK, THORNBURY)
                assert member is not None
                end(world.domain, session, [DESK], member, name, world.services.today())
        except DeclarationRefused:
            assert self.declared.get(name) is not False
            return
        self.declared[name] = True

    def _leave(self) -> None:
        """Two colleagues take him off."""
        world, today = self.world, self.world.services.today()
        steps = []
        for name in OTHERS:
            voice = Voice(world.readers[name].central_id, name)
            with world.services.database.write() as session:
                steps.append(
                    speak_for_removal(world.domain, session, DESK, voice, THORNBURY, today)
                )
        assert steps == [Step.PROPOSED, Step.DONE]
        self.reads = False

    def _come(self) -> None:
        world, today = self.world, self.world.services.today()
        with world.services.database.write() as session:
            world.domain.cases.lock(session, DESK)
            member, new = world.domain.roster.confirm(session, DESK, THORNBURY, "Thornbury", today)
            if new:
                world.domain.folding.recuse(session, member)
            world.domain.roster.vouch(session, DESK, OPERATOR, THORNBURY, today)
        self.reads = True

    def _share(self) -> None:
        world, key = self.world, self.world.readers["Thornbury"]
        giver, newcomer = world.as_reader("Rowanbark"), world.as_reader("Thornbury")
        with world.services.database.write() as session:
            backlog = world.domain.sharing.backlog(session, giver, newcomer)
            boxes = {one.report: seal_box(one.report, "x", key.recipient) for one in backlog.boxes}
            member = world.domain.roster.member(session, DESK, THORNBURY)
            assert member is not None
            today = world.services.today()
            world.domain.sharing.grant(session, giver, newcomer, boxes, today)
        assert not [one for one in boxes if self.reports[one].hidden]
        seen = {one for one, filed in self.reports.items() if filed.folded and not filed.hidden}
        assert seen <= self._boxed(THORNBURY)


def live(world: World, steps: list[tuple[object, ...]]) -> None:
    world.begin_anew(*OTHERS, "Thornbury")
    life = Life(world)
    for step in steps:
        life.make(step)
        life.check()


UNCHECKED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@given(steps=st.lists(STEPS, max_size=16))
@settings(max_examples=35, deadline=None, suppress_health_check=UNCHECKED)
def test_who_is_recused_never_sees_and_nobody_else_loses_a_report(
    world: World, steps: list[tuple[object, ...]]
) -> None:
    live(world, steps)


@pytest.mark.mariadb
@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
@given(steps=st.lists(STEPS, max_size=16))
@settings(max_examples=12, deadline=None, suppress_health_check=UNCHECKED)
def test_the_same_on_mariadb(world: World, steps: list[tuple[object, ...]]) -> None:
    live(world, steps)
