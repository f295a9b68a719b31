# SPDX-License-Identifier: AGPL-3.0-or-later
"""``retention totals``: bands, and nothing about months with few reports."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner

from service.cli import main
from service.retention.commands import months
from service.services import utc_now
from tests.service.retention.test_night import LARKSPUR
from tests.service.world import DESK, World


@pytest.fixture
def environ(environ: dict[str, str], database_url: str) -> dict[str, str]:
    return environ | {"CS_DATABASE_URL": database_url}


def count(world: World, number: int, day: date) -> None:
    report_id = world.file(LARKSPUR)
    with world.services.database.write() as session:
        report = world.domain.reports.get(session, report_id)
        assert report is not None
        for _ in range(number):
            world.domain.totals.count(session, report, day)


def test_months_with_enough_reports_are_said_in_bands(
    environ: dict[str, str], world: World
) -> None:
    today = utc_now().date()
    this_month, last_month = months(today)[:2]
    count(world, 12, this_month)
    count(world, 4, last_month)

    shown = CliRunner().invoke(main, ["retention", "totals"], env=environ)

    assert shown.exit_code == 0, shown.output
    assert f"{DESK}: kept for 365 days" in shown.output
    said = f"  {this_month:%Y-%m}: 10-19 purged, under 5 only read, under 5 answered"
    assert said in shown.output
    assert f"{last_month:%Y-%m}:" not in shown.output
    assert "no month with five or more" in shown.output  # the other desk


def test_twelve_months_are_said_across_the_turn_of_the_year() -> None:
    found = months(date(2026, 3, 31))
    assert (found[0], found[3], found[-1]) == (
        date(2026, 3, 1),
        date(2025, 12, 1),
        date(2025, 4, 1),
    )
