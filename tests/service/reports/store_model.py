# SPDX-License-Identifier: AGPL-3.0-or-later
"""What should be in the database after any sequence of steps: plain sets of reports, and a life in
which the steps are made in both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Final

from hypothesis import strategies as st

from service.audit.journal import Act
from service.cases.visible import id_value
from service.matching.tokens import Kind, case_id, derive
from service.reports.plain import seal_box
from service.rotation.at_rest import AtRestRotation
from service.rotation.matching import MatchingRotation
from service.sealing.keyring import generate_key
from service.worker.building import build_context
from tests.service.attachments.sealed import with_file
from tests.service.retention.test_night import make_round
from tests.service.rotation.test_rotation import with_keys
from tests.service.rows import keys_of
from tests.service.world import DESK, World

ACCOUNTS: Final[dict[str, int | None]] = {"Thornbury": 9006, "Brackenridge": 9007, "Ashdown": 9008}
REPORTERS: Final = [(101, "Larkspur"), (102, "Quillfeather")]
READERS: Final = ("Rowanbark", "Fennelwood")
DEMO_TERM: Final = 365
PEOPLE: Final = count(20_000)

STEPS: Final = st.one_of(
    st.tuples(
        st.just("file"),
        st.sets(st.sampled_from(sorted(ACCOUNTS)), min_size=1),
        st.sampled_from(REPORTERS),
        st.sampled_from(["", "", "2"]),
        st.booleans(),
    ),
    st.tuples(st.sampled_from(["fold", "withdraw"]), st.integers(0, 5)),
    st.tuples(st.just("wait"), st.sampled_from([100, 300])),
    st.tuples(st.sampled_from(["release", "rotate at rest", "rotate matching", "newcomer"])),
)


@dataclass
class Filed:
    """A report of the model. ``boxes``: who has one; ``held``: not before two people wrote."""

    accounts: frozenset[str]
    reporter: int
    day: date
    boxes: set[str]
    held: bool
    file: bool
    folded: bool = False

    @property
    def parts(self) -> int:
        """Facts, narrative, identity; the list of files; the accounts once they are resolved."""
        return 3 + self.file + self.folded


@dataclass
class Life:
    """A world and the model of it."""

    world: World
    reports: dict[bytes, Filed] = field(default_factory=dict)

    def make(self, step: tuple[object, ...]) -> None:
        match step:
            case ("file", set(accounts), (int(central_id), str(name)), str(hold), bool(file)):
                self._file((central_id, name), frozenset(accounts), hold, file=file)
            case ("fold", int(number)) if self.reports:
                self._fold(self._nth(number))
            case ("withdraw", int(number)) if self.reports:
                self._withdraw(self._nth(number))
            case ("wait", int(days)):
                self._wait(days)
            case ("release",):
                self._release()
            case ("rotate at rest",):
                self._rotate_at_rest()
            case ("rotate matching",):
                self._rotate_matching()
            case ("newcomer",):
                self._welcome()

    def compare(self) -> None:
        """What a reader meets, and how many rows of each kind there are."""
        world = self.world
        keys, reader = world.services.match_keys, world.as_reader(READERS[0])
        cases = {
            name: case_id(derive(keys, DESK, Kind.ACCOUNT, id_value(central_id or 0)))
            for name, central_id in ACCOUNTS.items()
        }
        with world.services.database.read() as session:
            for name, case in cases.items():
                opened = world.domain.reading.open(session, world.desk, reader, case)
                found = () if opened is None else opened.reports
                assert {one.report.id for one in found} == set(self._shown(name))
                for one in found:
                    chunks = world.domain.attachments.chunks(session, one.report, 0, 0)
                    assert len(chunks) == self.reports[one.report.id].file
        self._compare_rows(cases)

    def _compare_rows(self, cases: dict[str, bytes]) -> None:
        rows, filed = keys_of(self.world.services.database), self.reports.values()
        folded = [one for one in filed if one.folded]
        # A case begins with the first report that a reader may know of.
        named = {name for one in folded if not one.held for name in one.accounts}
        assert {one for (one,) in rows["report"]} == set(self.reports)
        assert {one for (one,) in rows["case_head"]} == {cases[name] for name in named}
        # One for each account of a report, and one for its reporter.
        assert len(rows["entry"]) == sum(len(one.accounts) + 1 for one in folded)
        assert len(rows["part"]) == sum(one.parts for one in filed)
        assert len(rows["box"]) == sum(len(one.boxes) for one in filed)
        assert len(rows["attachment_chunk"]) == sum(one.file for one in filed)
        assert len(rows["job"]) == len(filed)
        assert not rows["attachment_upload"]

    def _shown(self, account: str) -> list[bytes]:
        return [one for one in self._visible() if account in self.reports[one].accounts]

    def _visible(self) -> list[bytes]:
        return [one for one, filed in self.reports.items() if filed.folded and not filed.held]

    def _nth(self, number: int) -> bytes:
        return sorted(self.reports)[number % len(self.reports)]

    def _file(
        self, reporter: tuple[int, str], accounts: frozenset[str], hold: str, *, file: bool
    ) -> None:
        world, today = self.world, self.world.services.today()
        form = world.form(reporter, tuple(sorted(accounts)), hold=hold)
        with world.services.database.write() as session:
            readers = world.domain.roster.readers(session, DESK)
            now = world.services.clock()
            if file:
                with with_file(world, session, reporter[0], form.id):
                    world.domain.filing.file(session, world.desk, readers, form, now)
            else:
                world.domain.filing.file(session, world.desk, readers, form, now)
        self.reports[form.id] = Filed(
            accounts, reporter[0], today, set(world.readers), bool(hold), file
        )

    def _fold(self, report: bytes) -> None:
        filed = self.reports[report]
        self.world.fold(report, {one: ACCOUNTS[one] for one in filed.accounts})
        filed.folded = True

    def _withdraw(self, report: bytes) -> None:
        erasing, today = self.world.domain.erasing, self.world.services.today()
        with self.world.services.database.write() as session:
            assert erasing.erase(session, report, Act.WITHDRAWN, today)
        del self.reports[report]

    def _wait(self, days: int) -> None:
        self.world.services.clock.advance(days=days)  # type: ignore[attr-defined]
        make_round(build_context(self.world.services))
        oldest = self.world.services.today() - timedelta(days=DEMO_TERM)
        self.reports = {one: filed for one, filed in self.reports.items() if filed.day > oldest}

    def _release(self) -> None:
        """By brute force: who waits comes when somebody else wrote about the same account. Two
        who wait for each other come together.
        """
        self.world.night()
        folded = [one for one in self.reports.values() if one.folded]
        free = [
            one
            for one in folded
            if any(
                other.reporter != one.reporter and other.accounts & one.accounts for other in folded
            )
        ]
        for one in free:
            one.held = False

    def _rotate_at_rest(self) -> None:
        """And the old key is thrown away."""
        services, new = self.world.services, generate_key()
        during = with_keys(services, at_rest=f"{new},{services.config.at_rest_keys}")
        AtRestRotation(services.database, during.at_rest).run()
        self.world.services = with_keys(services, at_rest=new)

    def _rotate_matching(self) -> None:
        """And the key in between is thrown away: the oldest stays for ever."""
        services, new = self.world.services, generate_key()
        ring = services.config.match_keys
        during = with_keys(services, matching=f"{new},{ring}")
        domain = during.domain
        MatchingRotation(services.database, domain.vault, domain.cases).run()
        self.world.services = with_keys(services, matching=f"{new},{ring.split(',')[-1]}")

    def _welcome(self) -> None:
        """Another reader, with whom all is shared that a colleague meets."""
        world, number = self.world, next(PEOPLE)
        name = f"Newcomer {number}"
        key = world.add_reader(name, number)
        giver, newcomer = world.as_reader(READERS[0]), world.as_reader(name)
        with world.services.database.write() as session:
            backlog = world.domain.sharing.backlog(session, giver, newcomer)
            boxes = {one.report: seal_box(one.report, "x", key.recipient) for one in backlog.boxes}
            member = world.domain.roster.member(session, DESK, number)
            assert member is not None
            today = world.services.today()
            kept = world.domain.sharing.grant(session, giver, newcomer, boxes, today)
        assert kept == len(boxes)
        assert set(boxes) == set(self._visible())
        for report in boxes:
            self.reports[report].boxes.add(name)
