# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whom a declared account recuses, when, and that an end is no way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from service.audit.models import AuditEntryRow
from service.declared.declaring import DeclarationRefused, declare, end
from service.declared.ending import end_declarations
from service.declared.models import DeclaredRow
from service.declared.store import MOST_DECLARED, Declared, DeclaredKind
from service.desks.member import Member
from service.reports.form import choose_readers
from service.reports.record import Meta
from service.worker.building import build_context
from tests.service.declared.conftest import BRAMBLE, LARKSPUR, THICKET, THORNBURY
from tests.service.world import DESK, World

PRIVATE, PUBLIC = DeclaredKind.PRIVATE, DeclaredKind.PUBLIC


def member(world: World) -> Member:
    with world.services.database.read() as session:
        found = world.domain.roster.member(session, DESK, THORNBURY)
    assert found is not None
    return found


def say(
    world: World, kind: DeclaredKind, name: str = "Thicket", central_id: int | None = THICKET
) -> None:
    account = Declared(name, central_id, kind, world.services.today())
    with world.services.database.write() as session:
        declare(world.domain, session, [DESK, "stewards"], member(world), account)


def ask_to_end(world: World, name: str = "Thicket") -> None:
    with world.services.database.write() as session:
        end(world.domain, session, [DESK], member(world), name, world.services.today())


def pass_days(world: World, days: int) -> None:
    world.services.clock.advance(days=days)  # type: ignore[attr-defined]
    end_declarations(build_context(world.services))


def report_about(world: World, name: str, central_id: int | None) -> bytes:
    report = world.file(LARKSPUR, (name,))
    world.fold(report, {name: central_id})
    return report


def meta(world: World, report: bytes) -> Meta:
    with world.services.database.read() as session:
        found = world.domain.reports.get(session, report)
    assert found is not None
    return found.meta


def sees(world: World, report: bytes) -> bool:
    """Whether Thornbury's browser would be handed the report's box."""
    with world.services.database.read() as session:
        return bool(world.domain.reports.boxes(session, [report], THORNBURY))


@pytest.mark.parametrize("kind", DeclaredKind)
class TestRecusal:
    """However the account was declared."""

    def test_report_that_is_folded_later_is_hidden(self, world: World, kind: DeclaredKind) -> None:
        say(world, kind)

        report = report_about(world, "Thicket", THICKET)

        assert THORNBURY in meta(world, report).hidden_from
        assert not sees(world, report)

    def test_report_that_names_it_by_an_old_name_is_hidden(
        self, world: World, kind: DeclaredKind
    ) -> None:
        say(world, kind)

        assert not sees(world, report_about(world, "Old Hedge", THICKET))

    def test_name_that_no_wiki_knows_counts_however_it_is_written(
        self, world: World, kind: DeclaredKind
    ) -> None:
        say(world, kind, "Thicket", None)

        assert not sees(world, report_about(world, "{{ping|thicket}} and others", None))

    def test_report_on_file_is_hidden_at_once(self, world: World, kind: DeclaredKind) -> None:
        report = report_about(world, "Thicket", THICKET)
        assert sees(world, report)

        say(world, kind)

        assert not sees(world, report)
        assert THORNBURY in meta(world, report).hidden_from

    def test_others_keep_their_boxes(self, world: World, kind: DeclaredKind) -> None:
        say(world, kind)

        report = report_about(world, "Thicket", THICKET)

        assert meta(world, report).boxes == {9003, 9004}
        assert world.open_part("Rowanbark", report, "narrative") == b"It hurt."


class TestFiling:
    """What the form, which everybody can use, tells of a declaration."""

    def asked(self, world: World, *accounts: str) -> set[int]:
        with world.services.database.read() as session:
            readers = world.domain.roster.readers(session, DESK)
        return {one.central_id for one in choose_readers(readers, accounts, frozenset()).asked}

    def test_public_account_leaves_its_reader_out(self, world: World) -> None:
        say(world, PUBLIC)

        assert self.asked(world, "@thicket") == {9003, 9004}

    def test_private_account_changes_nothing(self, world: World) -> None:
        """The browser cannot know it, and server and browser must agree on the boxes."""
        say(world, PRIVATE)

        assert self.asked(world, "Thicket") == {9003, 9004, THORNBURY}
        report = world.file(LARKSPUR, ("Thicket",))
        assert meta(world, report).boxes == {9003, 9004, THORNBURY}
        assert THORNBURY not in meta(world, report).hidden_from

    def test_private_account_is_told_apart_in_what_the_reporter_may_know(
        self, world: World
    ) -> None:
        say(world, PRIVATE)
        say(world, PUBLIC, "Bramble", BRAMBLE)

        assert meta(world, report_about(world, "Thicket", THICKET)).recused_silently == {THORNBURY}
        assert meta(world, report_about(world, "Bramble", BRAMBLE)).recused_silently == frozenset()


class TestEnding:
    """A declaration cannot be ended in time for a report that somebody expects."""

    def test_it_counts_for_ninety_days_more(self, world: World) -> None:
        say(world, PRIVATE)
        ask_to_end(world)

        pass_days(world, 89)
        assert not sees(world, report_about(world, "Thicket", THICKET))
        pass_days(world, 1)
        assert sees(world, report_about(world, "Thicket", THICKET))

    def test_what_was_hidden_stays_hidden(self, world: World) -> None:
        say(world, PRIVATE)
        report = report_about(world, "Thicket", THICKET)
        ask_to_end(world)

        pass_days(world, 90)

        assert THORNBURY in meta(world, report).hidden_from
        with world.services.database.read() as session:
            assert (
                world.domain.reading.listing(session, world.desk, world.as_reader("Thornbury"))
                == []
            )

    def test_declaring_again_takes_the_end_back(self, world: World) -> None:
        say(world, PRIVATE)
        ask_to_end(world)
        say(world, PRIVATE)

        pass_days(world, 200)

        assert not sees(world, report_about(world, "Thicket", THICKET))

    def test_what_ends_already_cannot_be_ended_earlier(self, world: World) -> None:
        say(world, PRIVATE)
        ask_to_end(world)

        with pytest.raises(DeclarationRefused, match="gone"):
            ask_to_end(world)
        ends = member(world).declared[0].ends
        assert ends == world.services.today() + timedelta(days=90)


class TestRefusals:
    def test_own_name_counts_already(self, world: World) -> None:
        for name, central_id in (("thornbury", None), ("Other", THORNBURY)):
            with pytest.raises(DeclarationRefused, match="own"):
                say(world, PRIVATE, name.capitalize(), central_id)

    def test_same_account_twice(self, world: World) -> None:
        say(world, PRIVATE)
        with pytest.raises(DeclarationRefused, match="already"):
            say(world, PRIVATE, "Renamed since", THICKET)

    def test_kind_may_change(self, world: World) -> None:
        say(world, PRIVATE)
        say(world, PUBLIC)

        assert [one.kind for one in member(world).declared] == [PUBLIC]

    def test_ten_of_the_longest_names_fit_and_an_eleventh_is_refused(self, world: World) -> None:
        for number in range(MOST_DECLARED):
            say(world, PRIVATE, f"{number}" + "\u0416" * 127, 10**9 + number)

        with pytest.raises(DeclarationRefused, match="many"):
            say(world, PRIVATE, "One more", 20_000)
        assert len(member(world).declared) == MOST_DECLARED

    def test_names_that_need_more_room_are_refused_and_nothing_is_lost(self, world: World) -> None:
        say(world, PRIVATE)
        with pytest.raises(DeclarationRefused, match="many"):  # noqa: PT012
            for number in range(MOST_DECLARED - 1):
                say(world, PRIVATE, f"{number}" + '"' * 254, 20_000 + number)

        assert member(world).declared[0].name == "Thicket"


def test_every_act_is_in_the_audit_and_names_no_account(world: World) -> None:
    say(world, PRIVATE)
    ask_to_end(world)

    with world.services.database.read() as session:
        rows = session.scalars(select(AuditEntryRow)).all()
        values = [world.services.vault.open(AuditEntryRow.blob, one.id, one.blob) for one in rows]
    assert sorted(one["act"] for one in values) == ["account-declared", "declaration-ended"]
    assert {one["reason"] for one in values} == {"private"}
    assert {one["actor"] for one in values} == {THORNBURY}


def test_row_has_one_size_however_much_was_declared(world: World) -> None:
    sizes = set()
    for number in range(3):
        say(world, PRIVATE, f"Account {number}" * (1 + number), 30_000 + number)
        with world.services.database.read() as session:
            sizes |= {len(one.blob) for one in session.scalars(select(DeclaredRow))}
    assert len(sizes) == 1


def test_newcomer_at_a_desk_brings_the_declared_accounts_along(world: World) -> None:
    with world.services.database.write() as session:
        account = Declared("Thicket", THICKET, PRIVATE, world.services.today())
        world.domain.declared.save(session, 9005, [account])
    report = report_about(world, "Thicket", THICKET)

    world.add_reader("Marlowick", 9005)

    assert 9005 in meta(world, report).hidden_from
