# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a desk takes reports, and who is named as running the server."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from service.desks.configuration import (
    DeskConfigurationError,
    parse_operators,
    read_desks,
    read_operators,
)
from service.desks.offer import Closed, offer_of
from service.services import Services
from tests.service.reports.desk import DESK, add_reader, give_key

DESKS = '[[desk]]\nkey = "a"\nname = "A"\n[[desk.member]]\nglobal_group = "steward"\n'


def closed(services: Services, *, staffed: bool = True) -> Closed | None:
    desk = services.desk(DESK)
    assert desk is not None
    with services.database.read() as session:
        domain, asked = services.domain, replace(desk, staffed=staffed)
        return offer_of(session, domain.roster, domain.intake, asked).closed


def test_desk_takes_reports_from_the_second_reader_on(services: Services) -> None:
    assert closed(services) is Closed.READERS
    add_reader(services, DESK, 1, "One")
    assert closed(services) is Closed.READERS
    add_reader(services, DESK, 2, "Two")
    assert closed(services) is None


def test_key_that_nobody_vouched_for_does_not_count(services: Services) -> None:
    add_reader(services, DESK, 1, "One")
    with services.database.write() as session:
        services.domain.roster.confirm(session, DESK, 2, "Two", services.today())
    give_key(services, 2)

    assert closed(services) is Closed.READERS


def test_unstaffed_desk_is_closed_whoever_reads(services: Services) -> None:
    add_reader(services, DESK, 1, "One")
    add_reader(services, DESK, 2, "Two")

    assert closed(services, staffed=False) is Closed.UNSTAFFED


def test_operators_stand_beside_the_desks(tmp_path: Path) -> None:
    path = tmp_path / "desks.toml"
    path.write_text(f'operators = ["Pebbleworth", " Ashdown "]\n{DESKS}')

    assert read_operators(path) == ("Pebbleworth", "Ashdown")
    assert [desk.key for desk in read_desks(path)] == ["a"]


def test_nobody_needs_to_be_named_as_operator() -> None:
    assert parse_operators(DESKS) == ()


@pytest.mark.parametrize("value", ['"Pebbleworth"', "[5]", '[""]', "5"])
def test_operators_that_are_no_list_of_names_are_refused(value: str) -> None:
    with pytest.raises(DeskConfigurationError, match="operators"):
        parse_operators(f"operators = {value}\n{DESKS}")
